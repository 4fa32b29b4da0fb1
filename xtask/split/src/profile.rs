//! What of the page's code runs when it is used: the page is opened in a browser, with code that takes note.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tiny_http::{Header, Method, Request, Response, Server};
use walrus::ir::Value;
use walrus::{ConstExpr, FunctionKind, ValType};

use crate::page::Page;
use crate::parts::{self, Ordinal};

/// How long the browser may take for all of it; a page that does not answer says so itself, and sooner.
const PATIENCE: Duration = Duration::from_secs(240);
/// What opens the page time and again, and sends what ran.
const READER: &str = include_str!("reader.html");
/// What the code's bindings are given, so that they answer.
const ANSWERS: &str = include_str!("answers.js");

/// What was done with the page.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It was opened by its address alone, and what it shows first was run.
    Opened,
    /// A pattern was chosen and run.
    Pattern,
    /// The timeline was pointed at, and stepped through.
    Looked,
    /// The element was put into another page, and run there.
    Embedded,
}

/// What ran on one occasion.
#[derive(Debug, Deserialize)]
pub struct Occasion {
    /// What was done.
    #[serde(rename = "occasion")]
    pub kind: Kind,
    /// The chapter of the pattern, where one was run.
    pub chapter: Option<String>,
    /// The functions that ran on the page.
    pub page: BTreeSet<Ordinal>,
    /// Those that ran in the worker that has the engine.
    pub worker: BTreeSet<Ordinal>,
}

/// Opens the page in `browser`, runs what its reader runs first, opens every pattern, and returns what ran.
pub fn take(page: &Page, code: &[u8], browser: &Path) -> Result<Vec<Occasion>> {
    let noted = taking_note(code)?;
    let server = Server::http("127.0.0.1:0").map_err(|error| anyhow::anyhow!("{error}"))?;
    let port = server.server_addr().to_ip().context("the server has an address")?.port();
    let home = tempfile::tempdir()?;
    let mut browser = Browser::start(browser, home.path(), &format!("http://127.0.0.1:{port}/reader.html"))?;
    let began = Instant::now();
    let mut occasions = Vec::new();
    while began.elapsed() < PATIENCE {
        browser.goes_on()?;
        let Some(mut request) = server.recv_timeout(Duration::from_secs(1))? else { continue };
        if *request.method() == Method::Get {
            answer(request, page, &noted)?;
            continue;
        }
        let mut body = String::new();
        request.as_reader().read_to_string(&mut body)?;
        let what = request.url().to_owned();
        request.respond(Response::empty(204))?;
        match what.as_str() {
            "/ran" => occasions.push(serde_json::from_str(&body)?),
            "/failed" => bail!("the page could not be read to its end: {body}"),
            _ => {
                ensure!(!occasions.is_empty(), "the page was opened, and nothing of it ran");
                return Ok(occasions);
            }
        }
    }
    bail!("the page was not read to its end within {} s", PATIENCE.as_secs())
}

/// The code, with a mark for each function that is set when it runs and that can be read from outside.
fn taking_note(code: &[u8]) -> Result<Vec<u8>> {
    let mut module = parts::parse(code)?;
    let functions: Vec<_> = module.funcs.iter_local().map(|(id, _)| id).collect();
    for id in functions {
        let off = ConstExpr::Value(Value::I32(0));
        let mark = module.globals.add_local(ValType::I32, true, false, off);
        module.exports.add(&format!("ran{}", id.index()), mark);
        if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
            function.builder_mut().func_body().const_at(0, Value::I32(1)).global_set_at(1, mark);
        }
    }
    Ok(module.emit_wasm())
}

fn answer(request: Request, page: &Page, noted: &[u8]) -> Result<()> {
    let name = request.url().split('?').next().unwrap_or("").trim_start_matches('/').to_owned();
    let (kind, body) = if name == "reader.html" {
        ("text/html", READER.as_bytes().to_vec())
    } else if name == page.code || name == "embed/player_bg.wasm" {
        ("application/wasm", noted.to_vec())
    } else if let Ok(body) = page.read(&name) {
        let kind = match name.rsplit('.').next() {
            Some("html") => "text/html",
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            Some("svg") => "image/svg+xml",
            Some("json") => "application/json",
            _ => "text/plain",
        };
        let body = match name.as_str() {
            // Other code than the page was built with is to be let in.
            "index.html" => without_integrity(&String::from_utf8(body)?).into_bytes(),
            _ if name == page.bindings || name == "embed/player.js" => [body, ANSWERS.into()].concat(),
            _ => body,
        };
        (kind, body)
    } else {
        request.respond(Response::empty(404))?;
        return Ok(());
    };
    let header = Header::from_bytes("content-type", kind).expect("it is a header");
    // A browser that has gone on to the next page takes no answer.
    drop(request.respond(Response::from_data(body).with_header(header)));
    Ok(())
}

fn without_integrity(html: &str) -> String {
    let mut parts = html.split(" integrity=\"");
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        text += part.split_once('"').map_or("", |(_, rest)| rest);
    }
    text
}

struct Browser(Child);

impl Browser {
    fn start(program: &Path, home: &Path, address: &str) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .args(["--headless=new", "--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync", "--window-size=1280,900"])
            // Nobody sees it, and it goes on nevertheless.
            .args(["--disable-background-timer-throttling", "--disable-renderer-backgrounding"])
            .arg("--disable-backgrounding-occluded-windows")
            .arg(format!("--user-data-dir={}", home.display()));
        // Chromium refuses to be started by root with its sandbox; all that it opens is this page.
        command.args(["--no-sandbox", "--disable-dev-shm-usage", address]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().with_context(|| format!("failed to start `{}`", program.display()))?;
        Ok(Self(child))
    }

    fn goes_on(&mut self) -> Result<()> {
        if let Some(status) = self.0.try_wait()? {
            bail!("the browser ended before the page was read: {status}");
        }
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// What ran in `occasions`, by who ran it.
pub fn union<'a>(sets: impl Iterator<Item = &'a BTreeSet<Ordinal>>) -> BTreeSet<Ordinal> {
    sets.flatten().copied().collect()
}

/// How often the worker ran each function, counted by the chapters in which it did.
pub fn chapters_of(occasions: &[Occasion]) -> BTreeMap<Ordinal, BTreeSet<&str>> {
    let mut chapters: BTreeMap<Ordinal, BTreeSet<&str>> = BTreeMap::new();
    for occasion in occasions {
        let Some(chapter) = &occasion.chapter else { continue };
        for function in &occasion.worker {
            chapters.entry(*function).or_default().insert(chapter);
        }
    }
    chapters
}
