//! A web server of a few lines, on this machine alone.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A server that runs until the tests end.
pub(super) struct Server {
    /// Such as `http://127.0.0.1:40123`.
    pub(super) origin: String,
    /// The path of each request, as it comes.
    pub(super) requests: Receiver<String>,
}

impl Server {
    /// Starts a server that has `answer` write what it likes to each request.
    pub(super) fn start(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + Clone + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
        let (sender, requests) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, sender) = (answer.clone(), sender.clone());
                thread::spawn(move || serve(stream, &sender, answer));
            }
        });
        Self { origin, requests }
    }

    /// Starts a server that answers every request alike.
    pub(super) fn answering(status: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self::start(move |_, stream| respond(stream, status, &body))
    }

    /// Returns an address on which nobody listens.
    pub(super) fn deserted() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("a bound socket has an address"))
    }
}

fn serve(mut stream: TcpStream, sender: &Sender<String>, answer: impl Fn(&str, &mut TcpStream)) {
    let mut lines = BufReader::new(stream.try_clone().expect("a socket")).lines().map_while(Result::ok);
    let path = lines.next().and_then(|line| line.split(' ').nth(1).map(str::to_owned)).unwrap_or_default();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    // The test may be over.
    let _ = sender.send(path.clone());
    answer(&path, &mut stream);
}

/// Writes a whole answer and closes the connection. Whoever asked may be gone.
pub(super) fn respond(stream: &mut TcpStream, status: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
