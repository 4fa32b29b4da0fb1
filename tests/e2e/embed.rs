//! The element in a plain page, under a strict content security policy.

use fantoccini::Locator;
use serde_json::{Value, json};

use super::browser::Reader;
use super::dist;
use super::engine::frames;
use super::server::{FOLDER, Site};

/// What a host's own script does: it writes down what happens.
const HOST_SCRIPT: &str = "
globalThis.told = [];
globalThis.__errors = [];
addEventListener('securitypolicyviolation', event => __errors.push(`${event.violatedDirective} ${event.blockedURI}`));
addEventListener('unhandledrejection', event => __errors.push(String(event.reason)));
for (const type of ['run', 'end', 'select', 'change', 'error'])
  document.addEventListener(type, event => told.push([type, event.detail]));
globalThis.instances = 0;
for (const name of ['instantiate', 'instantiateStreaming']) {
  const original = WebAssembly[name];
  WebAssembly[name] = (...args) => { instances += 1; return original.apply(WebAssembly, args); };
}
globalThis.keys = [];
document.addEventListener('keydown', event => { if (event.key !== 'Shift') keys.push(event.key); });
globalThis.shifts = 0;
const isOfHost = node => node instanceof Element && !node.closest('wake-line') && node.getRootNode() === document;
new PerformanceObserver(list => list.getEntries().forEach(entry => {
  if (entry.sources.some(({ node }) => isOfHost(node))) shifts += entry.value;
}))
  .observe({ type: 'layout-shift', buffered: true });
";

/// Presses the Run button of an element's shell.
pub async fn press_run(reader: &Reader) {
    let element = reader.client.find(Locator::Css("wake-line")).await.expect("the page has an element");
    let script = "return arguments[0].shadowRoot.querySelector('button')";
    let argument = vec![serde_json::to_value(&element).expect("an element has a reference")];
    let found = reader.client.execute(script, argument).await.expect("the script runs");
    let id = found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str);
    let id = id.expect("the shell has a button").to_owned();
    let button = fantoccini::elements::Element::from_element_id(reader.client.clone(), id.into());
    button.click().await.expect("the button can be pressed");
}

pub struct Host {
    pub site: Site,
    pub reader: Reader,
}

impl Host {
    /// Opens a page with this body.
    pub async fn open(body: &str) -> Self {
        Self::open_as("lang=\"en\"", "", body, 800).await
    }

    pub async fn open_as(html: &str, head: &str, body: &str, width: u32) -> Self {
        let site = Site::start(dist());
        site.serve("/host.js", HOST_SCRIPT);
        let page = format!(
            "<!doctype html><html {html}><head><meta charset=utf-8><title>Host</title><script src=/host.js></script>\
             <script type=module src={FOLDER}embed/wakeline.js></script>{head}</head><body>{body}</body></html>"
        );
        let url = site.serve("/host/page.html", page);
        let reader = Reader::open(&url, width, 900).await;
        Self { site, reader }
    }

    /// Presses the shell's own Run button.
    pub async fn press_run(&self) {
        press_run(&self.reader).await;
    }

    pub async fn js(&self, script: &str) -> Value {
        self.reader.js(script).await
    }

    /// Waits until an expression of the page is true.
    pub async fn until(&self, what: &str) {
        let script = format!("return Boolean({what})");
        self.reader.wait_until(what, async || (self.js(&script).await == true).then_some(())).await;
    }

    pub async fn until_state(&self, state: &str) {
        self.until(&format!("document.querySelector('wake-line').state === '{state}'")).await;
    }

    /// Returns the text of an element within the element.
    pub async fn text(&self, selector: &str) -> String {
        let script = format!(
            "return document.querySelector('wake-line').shadowRoot.querySelector(\"{selector}\")?.textContent ?? ''"
        );
        self.js(&script).await.as_str().unwrap_or_default().to_owned()
    }

    /// Returns the details of the events of a type that were told so far.
    pub async fn told(&self, kind: &str) -> Vec<Value> {
        let told =
            self.js(&format!("return told.filter(([type]) => type === '{kind}').map(it => it[1])")).await;
        told.as_array().cloned().unwrap_or_default()
    }

    pub async fn close(self) {
        let errors = self.js("return __errors").await;
        assert_eq!(errors, json!([]), "the policy forbade something, or something was thrown");
        self.reader.close().await;
    }
}

#[tokio::test]
async fn an_element_is_light_until_it_is_run_and_then_runs_to_its_end() {
    let host = Host::open(
        "<h1>A page</h1><wake-line pattern=race fast=30 param-slow=70 speed=10><p id=own>Two requests race.</p></wake-line>\
         <p id=after>And on it goes.</p>",
    )
    .await;
    host.until("document.querySelector('wake-line').shadowRoot").await;
    assert_eq!(host.js("return document.querySelector('#own').checkVisibility()").await, true);
    // From here on: what the page does before the element is defined is for its own styles to say.
    host.js("globalThis.shifts = 0").await;
    let place = "return document.querySelector('#after').getBoundingClientRect().top";
    let before = host.js(place).await;
    assert_eq!(host.js("return document.querySelector('wake-line').offsetHeight").await, 600);
    assert_eq!(host.js("return document.activeElement.tagName").await, "BODY");
    for late in ["mount.js", "player.js", "player_bg.wasm", "player.css"] {
        assert_eq!(host.site.asked(late), 0, "`{late}` was fetched before anybody ran anything");
    }

    host.press_run().await;
    host.until_state("ended").await;
    assert_eq!(host.js(place).await, before, "what follows has moved");
    assert_eq!(host.js("return shifts").await, 0);
    assert_eq!(host.js("return document.querySelector('wake-line').time").await, 30_000_000);
    assert!(host.text("[data-testid=twin]").await.contains("request slow"));
    assert!(host.text("[data-testid=result]").await.contains("request fast"));
    let end = host.told("end").await;
    assert_eq!(end.len(), 1);
    assert_eq!((&end[0]["state"], &end[0]["time"]), (&json!("ended"), &json!(30_000_000)));
    assert_eq!(host.told("run").await.len(), 1);
    assert!(host.site.asked("embed/engine.js") > 0, "the run has no worker of its own");
    let address = host.js("return location.href").await;
    assert_eq!(address, format!("{}/host/page.html", host.site.origin), "the address is the host's");
    // The focus is where the button was, so that the keys go on.
    assert_eq!(host.js("return document.activeElement.tagName").await, "WAKE-LINE");
    host.close().await;
}

#[tokio::test]
async fn a_run_that_blocks_leaves_the_host_alone_and_stop_ends_it() {
    let host = Host::open("<wake-line pattern=blocking twin=pitfall clock=real cost=1000></wake-line>").await;
    host.until("document.querySelector('wake-line')?.shadowRoot?.querySelector('button')").await;
    host.press_run().await;
    host.until("document.querySelector('wake-line').shadowRoot.textContent.includes('does not come back')")
        .await;
    let painted = frames(&host.reader).await;
    assert!(painted > 2, "the host paints on: {painted} frames in half a second");
    host.js("document.querySelector('wake-line').stop()").await;
    host.until_state("failed").await;
    host.close().await;
}

#[tokio::test]
async fn twelve_elements_share_one_instance() {
    let ids = ["race", "future-lazy", "join-set", "bounded", "mpsc", "timeout"];
    let elements: String = ids
        .iter()
        .cycle()
        .take(12)
        .map(|id| format!("<wake-line pattern={id} controls=none height=160 speed=10></wake-line>"))
        .collect();
    let host = Host::open(&elements).await;
    host.until("document.querySelector('wake-line').shadowRoot").await;
    host.js("globalThis.all = Promise.all([...document.querySelectorAll('wake-line')].map(it => it.run()));")
        .await;
    host.until("[...document.querySelectorAll('wake-line')].every(it => it.state === 'ended')").await;
    assert_eq!(host.js("return instances").await, 1);
    assert_eq!(host.site.asked("player_bg.wasm"), 1);
    assert_eq!(host.told("end").await.len(), 12);
    host.close().await;
}

#[tokio::test]
async fn attributes_properties_and_methods_say_the_same() {
    let host = Host::open("<wake-line pattern=race autoload></wake-line>").await;
    host.until_state("ready").await;
    assert_eq!(host.told("run").await, [] as [Value; 0], "loaded is not started");
    host.js("globalThis.line = document.querySelector('wake-line'); line.ready.then(() => globalThis.isReady = true)")
        .await;
    host.until("globalThis.isReady").await;

    host.js("globalThis.done = line.step().then(() => line.state)").await;
    assert_eq!(host.js("return done").await, "paused");
    assert_eq!(host.js("return line.seek(10e6).then(() => line.time)").await, 10_000_000);
    assert_eq!(host.js("return line.seek({ order: 1 }).then(() => line.time)").await, 0);
    assert_eq!(host.js("return line.stepBack().then(() => line.time)").await, 0);
    let refused = host.js("return line.seek('soon').catch(error => error.message)").await;
    assert!(refused.as_str().is_some_and(|text| text.contains("`\"soon\"`")), "{refused}");

    host.js("line.pattern = 'join-set'; line.seed = 7; line.setAttribute('tasks', 3)").await;
    host.until(
        "line.shadowRoot.querySelector('.embed-title').textContent.includes('JoinSet') || \
                line.shadowRoot.querySelector('[data-testid=\"param-tasks\"]')",
    )
    .await;
    assert_eq!(host.js("return line.getAttribute('seed')").await, "7");
    host.js("return line.seek({ order: 4000000 })").await;
    host.until("['ended', 'failed'].includes(line.state)").await;
    host.js("line.speed = 0.1; return line.run()").await;
    host.until_state("running").await;
    host.js("return line.pause()").await;
    host.until_state("paused").await;
    host.js("return line.stop()").await;
    host.close().await;
}

#[tokio::test]
async fn a_refused_attribute_is_told_and_shown_and_the_rest_goes_on() {
    let host = Host::open(
        "<wake-line pattern=race fast=lots slow=70 theme=pink height=tall param-colour=red speed=10 autoload></wake-line>",
    )
    .await;
    host.until_state("ready").await;
    let shown = host.text("[data-testid=problems]").await;
    for part in ["lots", "pink", "light", "colour"] {
        assert!(shown.contains(part), "`{part}` is not shown: {shown}");
    }
    host.js("return document.querySelector('wake-line').run()").await;
    host.until_state("ended").await;
    let errors = Value::from(host.told("error").await).to_string();
    for part in ["`fast` does not take `lots`", "`theme` does not take `pink`", "`tall`", "`colour`"] {
        assert!(errors.contains(part), "`{part}` is not told: {errors}");
    }
    assert!(host.text("[data-testid=problems]").await.contains("lots"), "it stays while it is wrong");
    host.js("document.querySelector('wake-line').setAttribute('fast', '20')").await;
    host.until("!document.querySelector('wake-line').shadowRoot.querySelector('[data-testid=problems]').textContent.includes('lots')")
        .await;
    host.close().await;
}

#[tokio::test]
async fn an_element_that_leaves_ends_and_works_again_when_it_is_back() {
    let host = Host::open("<main></main><aside></aside>").await;
    host.js("globalThis.line = document.createElement('wake-line');
         line.pattern = 'race'; line.speed = 0.1;
         document.querySelector('main').append(line);
         return line.run()")
        .await;
    host.until_state("running").await;
    // Moved, it goes on.
    host.js("document.querySelector('aside').append(line)").await;
    host.until_state("running").await;
    assert_eq!(host.told("run").await.len(), 1);
    // Removed, nothing of it is left: no run, no listener, no event.
    host.js("line.remove()").await;
    host.until("line.state === 'idle' && !line.shadowRoot.querySelector('canvas')").await;
    let told = host.js("return told.length").await;
    host.js("document.dispatchEvent(new KeyboardEvent('keydown', { key: ' ' }))").await;
    host.js("document.documentElement.className = 'coal'").await;
    assert_eq!(host.js("return told.length").await, told);
    host.js("document.querySelector('main').append(line); line.speed = 10; return line.run()").await;
    host.until_state("ended").await;
    assert_eq!(host.site.asked("player_bg.wasm"), 1);
    host.close().await;
}

#[tokio::test]
async fn a_player_that_does_not_come_says_so_where_the_reader_looks() {
    let host = Host::open("<p>x</p>").await;
    host.site.serve(&format!("{FOLDER}embed/player_bg.wasm"), "not wasm");
    host.js("document.body.innerHTML = '<wake-line pattern=race></wake-line>'").await;
    host.press_run().await;
    host.until("told.some(([type]) => type === 'error')").await;
    let note = host.text("[role=status]").await;
    assert!(note.contains("could not be loaded") && note.contains("player_bg.wasm"), "{note}");
    assert_eq!(host.js("return document.querySelector('wake-line').state").await, "idle");
    host.reader.close().await;
}
