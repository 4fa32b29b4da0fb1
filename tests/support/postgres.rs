//! A PostgreSQL server of the test's own: private, on a socket in a temporary folder, and gone with the test.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// Runs as long as the other end of its input is open, so it ends with the test however the test ends.
/// `$1` is the folder of the server's programs.
const SCRIPT: &str = r#"
set -eu
folder=$(mktemp -d)
trap '"$1/pg_ctl" stop --pgdata "$folder/data" --mode immediate >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
cd "$folder"
"$1/initdb" --pgdata "$folder/data" --username wakeline --auth trust --encoding UTF8 --locale C --no-sync >log 2>&1 ||
    { cat log >&2; exit 1; }
"$1/pg_ctl" start --wait --pgdata "$folder/data" --log log \
    --options "-c listen_addresses= -c unix_socket_directories='$folder' -c fsync=off -c max_connections=60" >/dev/null 2>&1 ||
    { cat log >&2; exit 1; }
echo "$folder"
cat >/dev/null
"#;

pub struct Server {
    child: Child,
    /// Closing it ends the server.
    input: Option<ChildStdin>,
    folder: String,
}

impl Server {
    pub fn start() -> Self {
        let programs = programs();
        let mut command = match std::process::Command::new("id").arg("-u").output() {
            // A server does not run as root. Debian's package brings a user for it.
            Ok(id) if id.stdout.trim_ascii() == b"0" => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--", "sh"]);
                command
            }
            _ => Command::new("sh"),
        };
        command.args(["-c", SCRIPT, "sh"]).arg(&programs).env_remove("TMPDIR").current_dir("/");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell starts");
        let input = child.stdin.take();
        let mut folder = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut folder).unwrap();
        let folder = folder.trim_end().to_owned();
        // Made before the check: its drop cleans up whatever there is.
        let server = Self { child, input, folder };
        assert!(
            !server.folder.is_empty(),
            "no server was started by the programs in `{}`",
            programs.display()
        );
        server
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://wakeline@localhost/{database}?host={}", self.folder.replace('/', "%2F"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

/// The folder of `initdb` and the others: where the set-up says, or where Debian has it.
fn programs() -> PathBuf {
    let has_all =
        |folder: &Path| ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file());
    let told = std::env::var_os("WAKELINE_POSTGRES").map(PathBuf::from);
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    told.into_iter().chain(versions.into_iter().rev()).find(|folder| has_all(folder)).expect(
        "no PostgreSQL here: `cargo xtask test native` installs it, or set `WAKELINE_POSTGRES` to the folder of `initdb`",
    )
}
