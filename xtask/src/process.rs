//! Running other programs: quietly with a log, in the open, or only to ask them something.

use crate::report::Step;
use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How many lines of a failed tool's output are shown; the rest is in its log.
const SHOWN_LINES: usize = 30;

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

fn run_logged(step: &Step, command: &mut Command, log: &Path, limit: Option<Duration>) -> Result<()> {
    let started = Instant::now();
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("failed to create `{}`", folder.display()))?;
    }
    let mut file = File::create(log).with_context(|| format!("failed to write `{}`", log.display()))?;
    writeln!(file, "$ {}", typed(command))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
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
    drop(sender);

    let mut tail = VecDeque::new();
    let mut status = None;
    loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                writeln!(file, "{line}")?;
                step.progress(&line);
                tail.push_back(line);
                if tail.len() > SHOWN_LINES {
                    tail.pop_front();
                }
                continue;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                step.progress(tail.back().map_or("", String::as_str));
            }
            // Both streams are closed, so the end is near: wait for it without spinning.
            Err(mpsc::RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(5)),
        }
        // A background grandchild may hold the streams open; the child's own end is what counts.
        if let Some(ended) = status {
            return finish(command, ended, &tail, log);
        }
        status = child.try_wait()?;
        if let (None, Some(limit)) = (status, limit)
            && started.elapsed() > limit
        {
            child.kill()?;
            child.wait()?;
            bail!("`{}` did not end within {} s", typed(command), limit.as_secs());
        }
    }
}

fn finish(
    command: &Command,
    status: std::process::ExitStatus,
    tail: &VecDeque<String>,
    log: &Path,
) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let tail: Vec<_> = tail.iter().map(|line| format!("    {line}")).collect();
    bail!(
        "`{}` ended with {status}; the last of its output (all of it is in `{}`):\n{}",
        typed(command),
        log.display(),
        tail.join("\n")
    );
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

    #[test]
    fn asking_a_missing_program_gives_nothing() {
        assert_eq!(ask(&mut Command::new("wakeline-no-such-program")), None);
    }
}
