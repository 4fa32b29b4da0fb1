//! A server in the page itself.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Inbox, Incoming, Port, Request, Server, Surroundings};

/// A server in the page itself: it has answered when [`Port::post`] returns.
#[derive(Debug)]
pub struct Local {
    server: Rc<RefCell<Server>>,
    inbox: Inbox,
}

impl Local {
    /// Creates a server.
    pub fn new(surroundings: Surroundings, inbox: Inbox) -> Self {
        let server = Server::shared(surroundings, {
            let inbox = inbox.clone();
            move |reply| {
                inbox.put(Incoming::Reply(Box::new(reply)));
                inbox.announce();
            }
        });
        Self { server, inbox }
    }
}

impl Port for Local {
    fn post(&mut self, number: u64, request: Request) {
        let reply = self.server.borrow_mut().answer(number, request);
        self.inbox.put(Incoming::Reply(Box::new(reply)));
    }
}
