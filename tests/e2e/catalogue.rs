//! Every pattern, and every pitfall, in the built page: it runs to its end, and the page lives on.

use wakeline::patterns::{CATALOGUE, Twin};

use super::open;

#[tokio::test]
async fn every_pattern_runs_to_its_end_in_the_page() {
    let (site, reader) = open("#race").await;
    for pattern in CATALOGUE {
        reader.goto(&site.page(&format!("#{}", pattern.id))).await;
        reader.wait_for_title(pattern.title).await;
        reader.click("last").await;
        reader.wait_for(&["ended"]).await;
        let (_, source) = pattern.shown(Twin::Corrected).expect("it is within the program");
        let line = source.lines().find(|line| line.len() > 24 && !line.contains('`'));
        let line = line.expect("a pattern has code").trim();
        reader.wait_for_text("source", line).await;
        reader.assert_no_errors().await;
    }
    reader.close().await;
}

#[tokio::test]
async fn the_page_survives_every_pitfall_and_says_what_is_wrong() {
    let (site, reader) = open("#race").await;
    for pattern in CATALOGUE.iter().filter(|pattern| pattern.pitfall.is_some()) {
        reader.goto(&site.page(&format!("#{}?twin=pitfall", pattern.id))).await;
        reader.wait_for_title(pattern.title).await;
        reader.click("last").await;
        reader.wait_for(&["failed", "stalled", "ended"]).await;
        let found = reader.text("findings").await;
        assert!(!found.is_empty(), "`{}` names nothing", pattern.id);
        // The next run starts fresh.
        reader.click("twin-as it should be").await;
        reader.wait_for(&["ended"]).await;
    }
    reader.close().await;
}
