use roxmltree::{Document, Node};

use super::*;
use crate::drawing::theme::Shade;
use crate::patterns::{CATALOGUE, Scene as PatternScene, Twin, Values};
use crate::runtime::{self, Config, Run};
use crate::timeline::State;
use crate::timeline::script::{MS, Script};

fn model_of(id: &str, twin: Twin, set: &[(&str, &str)]) -> Model {
    let pattern = crate::patterns::find(id).expect("it is in the catalogue");
    let mut values = Values::defaults(pattern.params);
    set.iter().for_each(|(name, value)| values.set(name, value).expect("it takes this value"));
    let scene = PatternScene { values, seed: 0, base: String::new() };
    let mut run = Run::new(Config::default(), || pattern.start_of(twin)(scene));
    let mut model = Model::new();
    runtime::block_on(&mut run, 1_000_000, |frame| model.apply(&frame));
    model
}

fn parsed(text: &str) -> Document<'_> {
    Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn text_of(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

fn texts(tree: &Document<'_>) -> Vec<String> {
    tree.descendants().filter(|node| node.has_tag_name("text")).map(text_of).collect()
}

/// How many separate figures of a class the chart has.
fn figures(tree: &Document<'_>, class: &str) -> usize {
    let chart = tree.descendants().find(|node| node.attribute("class") == Some("wl-chart")).expect("a chart");
    let paths = chart.descendants().filter(|node| node.attribute("class") == Some(class));
    paths.filter_map(|path| path.attribute("d")).map(|data| data.matches('M').count()).sum()
}

/// What the window through which the picture is seen has of a state, drawn alone and drawn together.
fn slices(model: &Model, options: &Options<'_>, state: State) -> (usize, usize) {
    let rows = model.panel_rows().min(options.lanes);
    let width_px = f64::from(options.width_px);
    let metrics = Metrics::new(width_px, ROOMY_UP_TO_PX, rows, false);
    let sight = sight(model, &Layout { metrics, width_px, height_px: 0.0, scroll_px: 0.0, rows });
    let window = Window::new(model, &sight.axis, &sight.viewport);
    let drawn = rows - model.shown_resources().len();
    let spans = model.rows()[..drawn].iter().flat_map(|row| window.spans(row.lane));
    spans.filter(|span| span.state == state).fold((0, 0), |(all, of), span| (all + 1, of + span.spans))
}

#[test]
fn every_pattern_is_well_formed_and_shows_every_lane_and_every_poll() {
    for pattern in CATALOGUE {
        for twin in [Twin::Corrected, Twin::Pitfall] {
            if twin == Twin::Pitfall && pattern.pitfall.is_none() {
                continue;
            }
            let model = model_of(pattern.id, twin, &[]);
            let options = Options { title: pattern.title, about: pattern.summary, ..Options::default() };
            let svg = picture(&model, &options);
            let tree = parsed(&svg);
            let words = texts(&tree);
            for row in model.rows() {
                let name = model.lane_name(row.lane);
                let shown = |word: &String| {
                    *word == *name || word.strip_suffix('…').is_some_and(|cut| name.starts_with(cut))
                };
                assert!(words.iter().any(shown), "`{}` does not show lane `{name}`: {words:?}", pattern.id);
            }
            let (polls, of) = slices(&model, &options, State::Polling);
            assert_eq!(figures(&tree, "wl-polling"), polls, "`{}`", pattern.id);
            let is_crowded = words.iter().any(|word| word.contains("too narrow to be told apart"));
            assert!(
                of == polls || is_crowded,
                "`{}` draws {of} polls as {polls} and does not say so",
                pattern.id
            );
            assert!(svg.len() < 120_000, "`{}` takes {} bytes", pattern.id, svg.len());
        }
    }
}

#[test]
fn what_is_wrong_is_said_in_the_picture_and_to_those_who_cannot_see_it() {
    let model = model_of("lock-across-await", Twin::Pitfall, &[]);
    let svg = picture(&model, &Options { title: "Locks", about: "Two tasks.", ..Options::default() });
    let tree = parsed(&svg);
    let root = tree.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let labels: Vec<_> = root.attribute("aria-labelledby").expect("labels").split(' ').collect();
    let by_id = |id: &str| tree.descendants().find(|node| node.attribute("id") == Some(id)).map(text_of);
    assert_eq!(by_id(labels[0]).as_deref(), Some("Locks"));
    let about = by_id(labels[1]).expect("a description");
    assert!(about.starts_with("Two tasks. The timeline has"), "{about}");
    assert!(about.contains("Found: deadlock"), "{about}");
    assert!(texts(&tree).iter().any(|text| text.starts_with("found: deadlock")), "{:?}", texts(&tree));
}

#[test]
fn a_crowd_of_lanes_is_cut_and_counted_and_a_crowd_of_polls_drawn_together() {
    let model = model_of("join-set", Twin::Corrected, &[("tasks", "100")]);
    let options = Options { lanes: 20, ..Options::default() };
    let svg = picture(&model, &options);
    let tree = parsed(&svg);
    let left = model.rows().len() - 20;
    let polls: u64 = model.rows()[20..]
        .iter()
        .map(|row| u64::from(model.lane_stats(row.lane, model.extent().end).polls))
        .sum();
    let note = format!("{left} more lanes with {polls} polls are not drawn");
    assert!(texts(&tree).contains(&note), "{note}: {:?}", texts(&tree));

    let mut script = Script::new();
    script.spawns("outside", "busy");
    for round in 0..40_000 {
        script.at(round * MS).begins("busy").ends("busy");
    }
    let svg = picture(&script.model(), &Options::default());
    assert!(svg.len() < 60_000, "{} bytes", svg.len());
    let words = texts(&parsed(&svg)).join("\n");
    assert!(words.contains("too narrow to be told apart are drawn together"), "{words}");
}

#[test]
fn no_name_can_break_out() {
    let name = "</text><script>alert(1)</script>&\"'\u{7}\u{ffff}";
    let mut script = Script::new();
    script.spawns("outside", name).begins(name).ends(name);
    let options =
        Options { id: "a\" onload=\"x", title: name, about: name, settings: name, ..Options::default() };
    let svg = picture(&script.model(), &options);
    let tree = parsed(&svg);
    assert!(
        tree.descendants().all(|node| !node.has_tag_name("script") && node.attribute("onload").is_none())
    );
    assert!(texts(&tree).iter().any(|text| text.starts_with("</text><scr")), "{:?}", texts(&tree));
}

#[test]
fn both_themes_are_in_one_picture_and_a_host_can_set_each_colour() {
    let model = model_of("race", Twin::Corrected, &[]);
    let with = |colours| picture(&model, &Options { colours, ..Options::default() });
    let (light, dark) = (Shade::Light.value("--polling"), Shade::Dark.value("--polling"));
    let system = with(Colours::System);
    let host_can = |shade: &str| format!("var(--wl-polling,{shade})");
    assert!(system.contains(&host_can(light)) && system.contains(&host_can(dark)), "{system}");
    assert!(system.contains("prefers-color-scheme:dark") && !system.contains(".navy"), "{system}");
    assert!(with(Colours::Host).contains(".navy"));
    assert!(!with(Colours::Light).contains(dark) && !with(Colours::Dark).contains(light));
    // Every colour that is used is one of the theme's.
    for part in system.split("class=\"").skip(1) {
        for class in part.split('"').next().unwrap_or_default().split(' ') {
            let is_ours = ["wl-svg", "wl-chart", "wl-foot"].contains(&class);
            assert!(is_ours || system.contains(&format!(".wl-svg .{class}{{")), "`{class}` has no rule");
        }
    }
    assert!(!system.contains("--w-polling:var(--wl-polling,)"), "a colour is missing");
    assert!(!system.contains("color:;"), "a colour is missing");
}

#[test]
fn the_same_run_is_the_same_picture() {
    let picture = || picture(&model_of("mpsc", Twin::Corrected, &[]), &Options::default());
    assert_eq!(picture(), picture());
}
