//! Jobs that come faster than they are done.

use wakeline::trace::Level;

use super::seen::{everywhere, pitfall, pitfall_everywhere, run};

#[test]
fn never_more_than_the_limit_are_at_work() {
    for way in ["permits", "buffer_unordered"] {
        for limit in ["1", "3", "7"] {
            let settings = [("way", way), ("limit", limit), ("jobs", "12"), ("latency", "4"), ("every", "0")];
            everywhere("unbounded-spawn", &settings, |seen| {
                assert_eq!(seen.fact("done"), "12", "{way}");
                assert!(seen.number("alive at most") <= limit.parse().unwrap(), "{way}");
            });
            assert_eq!(run("unbounded-spawn", &settings).fact("alive at most"), limit, "{way}");
        }
        let seen = run("unbounded-spawn", &[("way", way)]);
        let alive = seen.values("alive").iter().map(|value| value.parse::<usize>().unwrap()).max();
        assert_eq!((alive, seen.values("limit")), (Some(3), vec!["3"]), "{way}");
        assert_eq!(seen.fact("memory at most"), "48 kB");
    }
}

#[test]
fn without_a_limit_their_number_is_the_latencys() {
    assert_eq!(
        pitfall("unbounded-spawn", &[]).error(),
        "`8` jobs were alive at once with `128` kB, and the limit is `3`"
    );
    assert!(pitfall("unbounded-spawn", &[("latency", "200")]).error().starts_with("`8` jobs"));
    pitfall_everywhere("unbounded-spawn", &[("latency", "200"), ("every", "0")], |seen| {
        assert!(seen.error().starts_with("`8` jobs"), "{}", seen.error());
        assert_eq!(seen.log(Level::Error).len(), 1);
    });
    assert_eq!(
        pitfall("unbounded-spawn", &[("latency", "1")]).fact("alive at most"),
        "1",
        "a fast server hides it"
    );
}
