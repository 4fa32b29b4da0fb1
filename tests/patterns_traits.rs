//! The patterns about async traits do what their pages say, with every store and on every runtime.
#![cfg(all(feature = "native", not(target_arch = "wasm32")))]

#[path = "support/ran.rs"]
mod ran;

use ran::{Ran, case};
use wakeline::app::engine::Setup;
use wakeline::app::engine::rehearse;
use wakeline::patterns::{self, CATALOGUE, Kind};
use wakeline::trace::{End, Level};

const BOTH: [&str; 2] = ["repository", "async-fn-in-trait"];

fn revisions(ran: &Ran) -> Vec<String> {
    let lines = ran.logged(Level::Info).into_iter();
    lines.filter_map(|line| line.strip_prefix("article 1 is at revision ")).map(str::to_owned).collect()
}

#[test]
fn each_call_is_a_lane_with_the_stores_name() {
    for id in BOTH {
        for (store, name) in [("memory", "memory"), ("real", "sqlite")] {
            let ran = case(id, &[("store", store)]).run();
            let count = |call: &str| ran.lanes(&format!("{name} {call}")).count();
            assert_eq!([count("get"), count("save"), count("delete")], [2, 5, 1], "{id} on {name}");
            let names = |names: &str| ran.lanes(names).count();
            assert_eq!((names("rename"), names("editor")), (1, 3), "{id} on {name}");
        }
    }
}

#[test]
fn saves_at_once_are_put_in_a_row() {
    for id in BOTH {
        for store in ["memory", "real"] {
            let ran = case(id, &[("store", store), ("editors", "40")]).run();
            assert_eq!(ran.number("saves"), 42, "{id}");
            let mut revisions: Vec<u32> = revisions(&ran).iter().map(|text| text.parse().unwrap()).collect();
            revisions.sort_unstable();
            assert_eq!(revisions, (1..=42).collect::<Vec<_>>(), "{id}");
            assert!(ran.fact("title").starts_with("editor "), "{id}");
        }
        // Nobody's save was overwritten before it was read: the rename's is the last.
        assert_eq!(case(id, &[("editors", "0")]).run().facts(["saves", "title"]), ["2", "Pinning"]);
    }
}

#[test]
fn editors_at_once_take_the_time_of_one() {
    // Save, get and save, the editors, get, delete: six times 20 ms.
    for id in BOTH {
        for editors in ["1", "100"] {
            assert_eq!(case(id, &[("editors", editors)]).run().ended_ms("main"), 120, "{id}");
        }
    }
}

#[test]
fn virtual_time_stands_still_for_a_real_store() {
    for id in BOTH {
        assert_eq!(case(id, &[("store", "real")]).run().ended_ms("main"), 0);
    }
}

#[test]
fn a_missing_id_is_an_error_that_names_it_and_its_store() {
    for id in BOTH {
        for (store, name) in [("memory", "memory"), ("real", "sqlite")] {
            let ran = case(id, &[("store", store), ("happens", "missing id")]).run();
            let error = format!("`{name}` has no article `404`");
            assert_eq!(ran.error(), error);
            assert_eq!(ran.ended("rename"), (End::Failed, &*error));
            assert_eq!(ran.ended(&format!("{name} get")), (End::Failed, &*error));
            assert_eq!(ran.lanes("editor").count(), 0);
        }
    }
}

#[test]
fn a_duplicate_save_replaces_and_counts() {
    for store in ["memory", "real"] {
        let ran =
            case("repository", &[("store", store), ("happens", "duplicate save"), ("editors", "0")]).run();
        assert_eq!(revisions(&ran), ["1", "2", "3"]);
        assert_eq!(ran.facts(["saves", "title"]), ["3", "Pinning"]);
    }
}

#[test]
fn a_refused_save_is_an_error_and_is_not_repeated() {
    for (store, name) in [("memory", "memory"), ("real", "sqlite")] {
        let ran = case("repository", &[("store", store), ("happens", "refused")]).run();
        assert_eq!(ran.error(), format!("`{name}` refused: a planned fault"));
        assert_eq!(ran.lanes(&format!("{name} save")).count(), 2);
        assert_eq!(revisions(&ran), ["1"]);
    }
}

#[test]
fn a_connection_lost_before_the_save_is_an_error_and_after_it_is_not() {
    for (store, name) in [("memory", "memory"), ("real", "sqlite")] {
        let lost = format!("lost the connection to `{name}`: a planned fault");
        let ran = case("repository", &[("store", store), ("happens", "lost before")]).run();
        assert_eq!(ran.error(), lost);

        let ran = case("repository", &[("store", store), ("happens", "lost after"), ("editors", "0")]).run();
        assert_eq!(ran.facts(["saves", "title"]), ["2", "Pinning"]);
        assert_eq!(ran.logged(Level::Warn), [format!("{lost}: is it there?")]);
    }
}

#[test]
fn both_run_on_tokio_with_every_store() {
    for id in BOTH {
        for store in ["memory", "real"] {
            case(id, &[("store", store), ("editors", "12"), ("latency", "1")]).run_on_tokio(|ran| {
                assert_eq!(ran.fact("saves"), "14", "{id} on {store}");
            });
        }
    }
}

#[test]
fn any_schedule_puts_saves_in_a_row() {
    for id in BOTH {
        case(id, &[("editors", "8")]).run_many(100, |ran| assert_eq!(ran.fact("saves"), "10"));
    }
}

#[test]
fn an_address_names_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("articles.db").display());
    let settings = [("store", "real"), ("url", &*url)];
    assert_eq!(case("repository", &settings).run().fact("saves"), "5");
    // What a run that failed has left is there in the next one, which counts from it.
    case("repository", &[&settings[..], &[("happens", "refused")]].concat()).run().error();
    let ran = case("repository", &[&settings[..], &[("editors", "0")]].concat()).run();
    assert_eq!(revisions(&ran), ["2", "3"]);
    assert_eq!(ran.fact("saves"), "2");

    let ran = case("repository", &[("store", "real"), ("url", "articles.db")]).run();
    let remedy = "use an address that begins with `sqlite:` or `postgres://`, or none";
    assert_eq!(ran.error(), format!("cannot open `store`: {remedy}"));
}

#[test]
#[cfg(not(feature = "postgres"))]
fn a_build_without_postgres_says_how_to_have_it() {
    let ran = case("repository", &[("store", "real"), ("url", "postgres://me:secret@localhost/db")]).run();
    let remedy = "it is not part of this build; build with `--features postgres`";
    assert_eq!(ran.error(), format!("cannot open `postgres`: {remedy}"));
}

#[test]
fn a_run_with_a_real_store_is_not_repeatable_and_rehearses_with_another() {
    for id in BOTH {
        let mut setup = Setup::new(patterns::find(id).unwrap());
        let within = rehearse(&setup, || 0);
        assert!(setup.is_repeatable() && within.is_complete);
        setup.values.set("store", "real").unwrap();
        assert!(!setup.is_repeatable());
        assert_eq!(rehearse(&setup, || 0), within, "{id} rehearses in memory");
    }
}

#[test]
fn whatever_a_pattern_has_of_the_real_world_is_known_to_the_page() {
    for pattern in CATALOGUE {
        for param in pattern.params {
            if let Kind::Choice { options } = param.kind
                && options.contains(&"real")
            {
                let mut setup = Setup::new(pattern);
                setup.values.set(param.name, "real").unwrap();
                assert!(!setup.is_repeatable(), "`{}` with a real {}", pattern.id, param.name);
            }
        }
    }
}
