//! The page on this machine's own server.

use crate::dist::{self, Kind};
use crate::machine::Machine;
use crate::process::{News, Watched};
use crate::report::{self, Step};
use crate::{Usage, setup};
use anyhow::{Result, bail};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

const USUAL_PORT: u16 = 8080;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    port: u16,
    open: bool,
    kind: Kind,
}

impl Options {
    pub fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self { port: USUAL_PORT, open: false, kind: Kind::Release };
        let mut rest = arguments.iter();
        while let Some(&argument) = rest.next() {
            match argument.split_once('=').unwrap_or((argument, "")) {
                ("--open", "") => options.open = true,
                ("--dev", "") => options.kind = Kind::Dev,
                ("--port", "") => options.port = port(rest.next().copied().unwrap_or(""))?,
                ("--port", value) => options.port = port(value)?,
                _ => bail!(Usage(format!("`serve` does not know `{argument}`"))),
            }
        }
        Ok(options)
    }
}

fn port(text: &str) -> Result<u16> {
    match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => bail!(Usage(format!("`--port` takes a number from 1 to 65535, not `{text}`"))),
    }
}

pub fn run(machine: &mut Machine, options: &Options) -> Result<()> {
    // Before minutes are spent on what could then not be served.
    check_free(options.port)?;
    setup::run(machine, setup::PAGE)?;
    check_free(options.port)?;
    // Apart from `dist/`, because a served page has the code in it that reloads it.
    let folder = machine.root.join("target/xtask/serve");
    let mut command = dist::trunk(machine, "serve", &folder, options.kind)?;
    command.args(["--port", &options.port.to_string()]);
    if options.open {
        command.arg("--open");
    }
    report::section("Page");
    let mut server = Watched::start_leashed(&mut command, &machine.log("serve"))?;
    let step = Step::begin(dist::STEP);
    match until_it_serves(&mut server, &step, options.port) {
        Ok(()) => step.done(),
        Err(error) => {
            step.failed();
            server.end()?;
            return Err(error);
        }
    }
    report::section(format!(
        "\nOpen http://127.0.0.1:{}/ in a browser. A saved change is built and shown by itself; Ctrl-C stops.\n",
        options.port
    ));
    loop {
        match server.next()? {
            News::Line(line) => println!("{line}"),
            News::Quiet => {}
            News::Ended(status) => return Err(server.failure(&format!("ended with {status}"))),
        }
    }
}

/// Waits for the first build; trunk opens the port after it, whether it went well or not.
fn until_it_serves(server: &mut Watched, step: &Step, port: u16) -> Result<()> {
    let mut newest = String::new();
    let mut failed = false;
    loop {
        match server.next()? {
            News::Line(line) => {
                failed |= line.contains(" ERROR ");
                newest = line;
            }
            News::Quiet if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() => {
                return if failed { Err(server.failure("could not build the page")) } else { Ok(()) };
            }
            News::Quiet => {}
            News::Ended(status) => return Err(server.failure(&format!("ended with {status}"))),
        }
        step.progress(&newest);
    }
}

fn check_free(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "port {port} cannot be used ({error}); choose another with `cargo xtask serve --port {}`, \
             or stop what uses it",
            if port < u16::MAX { port + 1 } else { USUAL_PORT }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_either_spelling() {
        let usual = Options { port: 8080, open: false, kind: Kind::Release };
        assert_eq!(Options::parse(&[]).expect("valid"), usual);
        assert_eq!(
            Options::parse(&["--port", "9000", "--open"]).expect("valid"),
            Options { port: 9000, open: true, ..usual }
        );
        assert_eq!(
            Options::parse(&["--port=9000", "--dev"]).expect("valid"),
            Options { port: 9000, kind: Kind::Dev, ..usual }
        );
    }

    #[test]
    fn a_bad_port_is_named() {
        for bad in ["0", "65536", "http", "-1", ""] {
            let error = Options::parse(&["--port", bad]).expect_err("not a port").to_string();
            assert!(error.contains(&format!("not `{bad}`")), "{error}");
        }
        assert!(Options::parse(&["--prot", "1"]).is_err());
    }

    #[test]
    fn a_port_in_use_is_refused_with_the_way_out() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        let port = held.local_addr().expect("it is bound").port();
        let error = check_free(port).expect_err("the port is held").to_string();
        assert!(error.contains(&format!("port {port} cannot be used")), "{error}");
        assert!(error.contains("--port"), "{error}");
    }
}
