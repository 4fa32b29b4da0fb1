//! Running other programs: quietly with a log, in the open, or only to ask them something.

use crate::report::{self, Step};
use anyhow::{Context, Error, Result, anyhow};
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How many lines of a failed tool's output are shown; the rest is in its log.
const SHOWN_LINES: usize = 40;

/// Runs `command` and returns what it printed, or `None` when it is missing or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as one would type it.
pub fn typed(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| quoted(&word.to_string_lossy())).collect();
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:@%+,~".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Runs `command` as one step: its output goes to `log`, of which the end is shown when it fails.
///
/// A command that outlives `limit` is ended and counts as failed.
pub fn step(label: &str, command: &mut Command, log: &Path, limit: Option<Duration>) -> Result<()> {
    let step = Step::begin(label);
    match run_logged(&step, command, log, limit) {
        Ok(()) => {
            step.done();
            Ok(())
        }
        Err(error) => {
            step.failed();
            Err(error.context(format!("failed to {label}")))
        }
    }
}

/// A program whose output, standard and error, is read line by line and kept in a log.
pub struct Watched {
    child: Child,
    lines: mpsc::Receiver<String>,
    file: File,
    log: PathBuf,
    typed: String,
    tail: VecDeque<String>,
}

/// What a [`Watched`] program did.
pub enum News {
    Line(String),
    /// Nothing for a tenth of a second.
    Quiet,
    Ended(ExitStatus),
}

impl Watched {
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        Self::spawn(command, Stdio::null(), log)
    }

    /// Starts a program that ends when we do, however we end: a server left behind would keep its port.
    pub fn start_leashed(command: &mut Command, log: &Path) -> Result<Self> {
        if !cfg!(unix) {
            return Self::start(command, log);
        }
        // The shell reads from a pipe that only we hold, so it comes to the pipe's end when we are gone.
        let script =
            r#"exec 3<&0; "$@" </dev/null & child=$!; (cat <&3 >/dev/null; kill $child) & wait $child"#;
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "leash"]).arg(command.get_program()).args(command.get_args());
        inherit(&mut shell, command);
        let mut watched = Self::spawn(&mut shell, Stdio::piped(), log)?;
        watched.typed = typed(command);
        Ok(watched)
    }

    fn spawn(command: &mut Command, input: Stdio, log: &Path) -> Result<Self> {
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder).with_context(|| format!("failed to create `{}`", folder.display()))?;
        }
        let mut file = File::create(log).with_context(|| format!("failed to write `{}`", log.display()))?;
        writeln!(file, "$ {}", typed(command))?;
        // A trace through the tool's own code would push what it has to say out of what is shown.
        command.env("RUST_BACKTRACE", "0");
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("failed to start `{}`", command.get_program().to_string_lossy()))?;
        let (sender, lines) = mpsc::channel();
        let streams: [Option<Box<dyn Read + Send>>; 2] =
            [child.stdout.take().map(|s| Box::new(s) as _), child.stderr.take().map(|s| Box::new(s) as _)];
        for stream in streams.into_iter().flatten() {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                    if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                        break;
                    }
                }
            });
        }
        Ok(Self { child, lines, file, log: log.to_owned(), typed: typed(command), tail: VecDeque::new() })
    }

    /// Waits for what happens next.
    pub fn next(&mut self) -> Result<News> {
        match self.lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                writeln!(self.file, "{line}")?;
                self.tail.push_back(line.clone());
                if self.tail.len() > SHOWN_LINES {
                    self.tail.pop_front();
                }
                Ok(News::Line(line))
            }
            // A grandchild in the background may hold the streams open; the child's own end is what counts.
            Err(mpsc::RecvTimeoutError::Timeout) => {
                Ok(self.child.try_wait()?.map_or(News::Quiet, News::Ended))
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Ok(News::Ended(self.child.wait()?)),
        }
    }

    pub fn end(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The error that says how the program failed, with the last of its output.
    pub fn failure(&self, how: &str) -> Error {
        let tail: Vec<_> = self.tail.iter().map(|line| format!("    {line}")).collect();
        anyhow!(
            "`{}` {how}; the last of its output (all of it is in `{}`):\n{}",
            self.typed,
            self.log.display(),
            tail.join("\n")
        )
    }
}

fn run_logged(step: &Step, command: &mut Command, log: &Path, limit: Option<Duration>) -> Result<()> {
    let started = Instant::now();
    let mut program = Watched::start(command, log)?;
    let mut newest = String::new();
    loop {
        match program.next()? {
            News::Line(line) => newest = line,
            News::Quiet => {}
            News::Ended(status) if status.success() => return Ok(()),
            News::Ended(status) => return Err(program.failure(&format!("ended with {status}"))),
        }
        step.progress(&newest);
        if let Some(limit) = limit.filter(|limit| started.elapsed() > *limit) {
            let failure = program.failure(&format!("did not end within {}", report::spoken(limit)));
            program.end()?;
            return Err(failure);
        }
    }
}

/// Gives `command` the working folder and the environment of `other`.
pub fn inherit(command: &mut Command, other: &Command) {
    if let Some(folder) = other.get_current_dir() {
        command.current_dir(folder);
    }
    for (name, value) in other.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// Runs `command` in the open and returns whether it succeeded, passing each line of its standard
/// output to `look` as well.
pub fn show(command: &mut Command, mut look: impl FnMut(&str)) -> Result<bool> {
    println!("$ {}", typed(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to start `{}`", command.get_program().to_string_lossy()))?;
    let output = child.stdout.take().expect("standard output is piped");
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        look(&line);
    }
    Ok(child.wait()?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("npm");
        command.args(["install", "--prefix", "/tmp/a b", "binaryen@132", "it's"]);
        assert_eq!(typed(&command), r"npm install --prefix '/tmp/a b' binaryen@132 'it'\''s'");
    }

    #[cfg(unix)]
    #[test]
    fn a_failed_step_shows_the_end_of_the_output() {
        let log = std::env::temp_dir().join(format!("wakeline-xtask-{}.log", std::process::id()));
        let mut command = Command::new("sh");
        command.args(["-c", "echo first; echo what went wrong >&2; exit 3"]);
        let error = step("try", &mut command, &log, None).expect_err("the command fails");
        let text = format!("{error:#}");
        assert!(text.contains("failed to try"), "{text}");
        assert!(text.contains("what went wrong"), "{text}");
        assert!(fs::read_to_string(&log).expect("the log is kept").contains("first"));
        fs::remove_file(&log).expect("the log can be removed");
    }

    #[cfg(unix)]
    #[test]
    fn a_step_that_hangs_is_ended() {
        let log = std::env::temp_dir().join(format!("wakeline-xtask-hang-{}.log", std::process::id()));
        let mut command = Command::new("sleep");
        command.arg("600");
        let error = step("wait", &mut command, &log, Some(Duration::from_millis(200)));
        assert!(format!("{:#}", error.expect_err("it hangs")).contains("did not end"));
        fs::remove_file(&log).expect("the log can be removed");
    }

    #[cfg(unix)]
    #[test]
    fn a_leashed_program_ends_with_its_holder() {
        let log = std::env::temp_dir().join(format!("wakeline-xtask-leash-{}.log", std::process::id()));
        let mut command = Command::new("sh");
        command.args(["-c", "echo $$; exec sleep 600"]);
        let mut program = Watched::start_leashed(&mut command, &log).expect("it starts");
        let id = loop {
            if let News::Line(line) = program.next().expect("it can be read") {
                break line;
            }
        };
        // What the system does with our end of the pipe when we are killed.
        drop(program);
        let alive = || {
            Command::new("kill").args(["-0", &id]).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
        };
        let mut patience = 100;
        while alive() && patience > 0 {
            thread::sleep(Duration::from_millis(50));
            patience -= 1;
        }
        assert!(patience > 0, "process {id} still runs");
        fs::remove_file(&log).expect("the log can be removed");
    }

    #[test]
    fn asking_a_missing_program_gives_nothing() {
        assert_eq!(ask(&mut Command::new("wakeline-no-such-program")), None);
    }
}
