//! Talking with the engine: what was asked, what its answer leads to, and what if none comes.

use super::play::SLICE_MILLIS;
use super::{Goal, State};
use crate::app::command::Command;
use crate::app::engine::{Incoming, Reach, Reply, Request};
use crate::trace::{Event, Frame, RunEnd};

/// For how long a run may be silent before the reader is told, in milliseconds.
const PATIENCE_MILLIS: f64 = 500.0;
/// For how long after Stop it may go on being silent.
const STOP_MILLIS: f64 = 60.0;
/// For how long a new run may take to be looked at beforehand; after that it is begun without.
const REHEARSAL_MILLIS: f64 = 3_000.0;
/// How long an engine may take to come from the network before the page does it by itself.
const ARRIVAL_MILLIS: f64 = 5_000.0;
/// How long one question may be worked at where that holds up nothing else.
const APART_MILLIS: f64 = 14.0;

const SILENT: &str = "a poll does not come back: every other task waits for it. Stop ends the run";

/// What the engine was asked, which says what to do with its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Asked {
    /// To make a run.
    Start,
    /// To run until the playhead can be here.
    Play { x: f64 },
    /// To run until the goal.
    Chase(Goal),
    /// To make a poll.
    Step(After),
    /// To have the run shut down by itself.
    Shutdown,
    /// The same, because the page goes away.
    Hide,
    /// To end the run, which was going or not.
    Stop { was_going: bool },
    /// To try schedules.
    Explore,
}

/// What a poll was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Step,
    NextEvent,
    NextPoll,
}

impl State {
    /// Asks the engine; its answer is dealt with when it comes, which may be at once.
    pub(super) fn ask(&mut self, asked: Asked, request: Request) {
        let number = self.client.post(request);
        self.asked = Some((number, asked));
        self.receive();
    }

    /// Returns how long a question of a frame may take.
    pub(super) fn slice_millis(&self) -> f64 {
        if self.client.is_apart() { APART_MILLIS } else { SLICE_MILLIS }
    }

    /// Returns whether the engine still has to say that the run is there.
    pub fn is_starting(&self) -> bool {
        matches!(self.asked, Some((_, Asked::Start)))
    }

    /// Deals with what the engine has said meanwhile.
    pub fn arrived(&mut self) {
        self.receive();
        self.publish();
    }

    /// Takes in what has come. What an answer leads to may be another question; that has its turn here as well.
    pub(super) fn receive(&mut self) {
        if std::mem::replace(&mut self.is_receiving, true) {
            return;
        }
        while let Some(incoming) = self.client.receive() {
            match incoming {
                Incoming::Reply(reply) => self.take(&reply),
                Incoming::Failed(why) => self.engine_failed(&why),
                // The client keeps that to itself.
                Incoming::Ready => {}
            }
        }
        self.is_receiving = false;
    }

    fn take(&mut self, reply: &Reply) {
        if !reply.frames.is_empty() {
            let taken = self.view.model_mut().apply_bytes(&reply.frames);
            self.record.add(&reply.frames);
            self.look.revision += 1;
            if let Err(error) = taken {
                return self.kill(error.to_string());
            }
        }
        if std::mem::take(&mut self.is_silent) && self.notice.as_ref().is_some_and(|it| it.text == SILENT) {
            self.notice = None;
        }
        if reply.status.ended.is_some() {
            self.stopping_since = None;
        }
        if let Some((number, asked)) = self.asked
            && number == reply.answers
        {
            self.asked = None;
            self.answered(asked, reply);
        }
    }

    fn answered(&mut self, asked: Asked, reply: &Reply) {
        self.awaiting_outside = reply.reach == Reach::AwaitingOutside;
        match asked {
            Asked::Start => self.started(reply.rehearsal.unwrap_or_default()),
            Asked::Play { x } => self.played(x, reply.reach),
            Asked::Chase(goal) => self.chased(goal, reply.reach),
            Asked::Step(after) => self.stepped(after, reply.reach),
            Asked::Shutdown => self.asked_to_shut_down(reply.is_heard),
            Asked::Hide if reply.is_heard => self.play(),
            Asked::Hide => {}
            Asked::Stop { was_going } => {
                self.stopping_since = None;
                if was_going {
                    self.look.playhead = self.frontier();
                }
            }
            Asked::Explore => self.explored(reply.exploration.clone().unwrap_or_default()),
        }
        if self.asked.is_none()
            && let Some(command) = self.queued.take()
        {
            self.apply(command);
        }
    }

    /// Keeps a command until the engine has answered; the latest counts.
    pub(super) fn put_off(&mut self, command: Command) {
        self.queued = Some(command);
    }

    /// Looks after an engine that says nothing.
    pub(super) fn watch_over(&mut self) {
        self.client.look_after();
        let silence = self.client.silence();
        if silence == 0.0 {
            return;
        }
        let now = (self.client.host().surroundings.wall)();
        if self.stopping_since.is_some_and(|since| now - since > STOP_MILLIS) && self.client.is_known() {
            let seconds = silence / 1_000.0;
            return self.kill(format!("a poll had not come back for {seconds:.1} s when it was stopped"));
        }
        if !self.client.is_known() {
            if silence > ARRIVAL_MILLIS {
                self.client.disconnect();
                self.engine_failed("it did not come");
            }
        } else if self.is_starting() && self.rehearses && silence > REHEARSAL_MILLIS {
            self.client.disconnect();
            self.begin_again(false);
        } else if silence > PATIENCE_MILLIS && !self.is_silent && !self.is_starting() {
            self.is_silent = true;
            if !self.notice.as_ref().is_some_and(|notice| notice.is_problem) {
                self.problem(SILENT);
            }
        }
    }

    /// Deals with an engine that is gone.
    fn engine_failed(&mut self, why: &str) {
        if self.client.falls_back() {
            // There are no workers here, or this one may not be loaded: the page does it by itself.
            self.begin_again(self.rehearses);
        } else if self.is_starting() && self.rehearses {
            // What ended it beforehand does so again where the reader sees it.
            self.begin_again(false);
        } else {
            self.kill(format!("its engine failed: {why}"));
        }
    }

    /// Begins the same run with another engine, for what the reader has asked for meanwhile.
    fn begin_again(&mut self, rehearse: bool) {
        let (playing, goal, queued) = (self.playing, self.goal, self.queued.take());
        self.begin(rehearse);
        (self.playing, self.goal) = (playing, goal);
        if let Some(command) = queued {
            if self.is_starting() { self.put_off(command) } else { self.apply(command) }
        }
    }

    /// Ends the run together with its engine.
    fn kill(&mut self, why: String) {
        (self.asked, self.queued, self.stopping_since) = (None, None, None);
        self.stop_exploring();
        {
            let mut model = self.view.model_mut();
            let events = vec![Event::RunEnded { end: RunEnd::Killed }];
            let (first_seq, base_nanos) = (model.next_seq(), model.extent().end.nanos);
            model.apply(&Frame { first_seq, base_nanos, events, ..Frame::default() });
        }
        self.client.kill(why);
        self.is_silent = false;
        self.look.revision += 1;
        self.pause();
        self.look.playhead = self.frontier();
        self.problem("the run was ended with its engine; the next one has another");
    }
}
