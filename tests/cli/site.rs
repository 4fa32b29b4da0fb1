//! `wakeline site`: what a page needs besides its code.

use super::{program, wakeline};
use wakeline::site::FOLDER_VARIABLE;

#[test]
fn a_site_is_written_where_it_is_asked_for_or_where_trunk_says() {
    let folder = tempfile::tempdir().expect("there is room");
    let named = folder.path().join("named");
    let ended = wakeline(&["site", named.to_str().expect("a plain name")]).exits_with(0);
    ended.complains("has no player");
    let staged = folder.path().join("staged");
    let output = program(&["site"]).env(FOLDER_VARIABLE, &staged).output().expect("it starts");
    assert!(output.status.success(), "{output:?}");
    for folder in [named, staged] {
        for file in ["wakeline.css", "engine.js", "embed/wakeline.js", "embed/engine.js", "embed/player.css"]
        {
            assert!(folder.join(file).exists(), "`{file}` is missing");
        }
    }
}

#[test]
fn a_site_needs_a_folder() {
    wakeline(&["site"]).exits_with(2).complains("where to?");
    wakeline(&["site", "Cargo.toml"]).exits_with(2).complains("cannot write `Cargo.toml");
}
