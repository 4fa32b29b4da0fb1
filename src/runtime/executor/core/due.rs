//! What comes due: timers at their deadlines, and tasks that gave way when the queue has drained.

use std::task::Waker;

use super::Core;
use crate::runtime::executor::TimerKey;
use crate::trace::WakeCause;

impl Core {
    pub(in crate::runtime) fn set_timer(&self, deadline_nanos: u64, waker: Waker) -> TimerKey {
        self.timers.borrow_mut().insert(deadline_nanos, waker)
    }

    pub(in crate::runtime) fn update_timer(&self, key: TimerKey, waker: &Waker) {
        if self.timers.borrow().will_wake(key, waker) {
            return;
        }
        let waker = waker.clone();
        let before = self.timers.borrow_mut().replace(key, waker);
        drop(before);
    }

    pub(in crate::runtime) fn clear_timer(&self, key: TimerKey) {
        let waker = self.timers.borrow_mut().remove(key);
        drop(waker);
    }

    pub(in crate::runtime::executor) fn next_deadline(&self) -> Option<u64> {
        self.timers.borrow().next_deadline()
    }

    pub(in crate::runtime::executor) fn timers_len(&self) -> usize {
        self.timers.borrow().len()
    }

    pub(in crate::runtime::executor) fn polls_since_look(&self) -> u32 {
        self.polls_since_look.get()
    }

    /// Wakes everything whose deadline has come and then what has yielded; returns whether there was
    /// anything.
    pub(in crate::runtime::executor) fn look(&self) -> bool {
        self.polls_since_look.set(0);
        let fired = self.fire_due();
        let woken = self.wake_deferred();
        fired || woken
    }

    /// Wakes everything whose deadline has come; returns whether there was anything.
    pub(in crate::runtime::executor) fn fire_due(&self) -> bool {
        let mut any = false;
        loop {
            let due = self.timers.borrow_mut().pop_due(self.now_nanos.get());
            let Some(waker) = due else { return any };
            any = true;
            self.waking(WakeCause::Timer, || waker.wake());
        }
    }

    /// Keeps a waker until the ready queue has drained.
    pub(in crate::runtime) fn defer(&self, waker: &Waker) {
        let is_last = self.deferred.borrow().last().is_some_and(|last| last.will_wake(waker));
        if !is_last {
            let waker = waker.clone();
            self.deferred.borrow_mut().push(waker);
        }
    }

    /// Wakes what has yielded; returns whether there was anything.
    fn wake_deferred(&self) -> bool {
        let mut any = false;
        loop {
            // Last in, first out, and looking again after each: the order in which tokio does it.
            let deferred = self.deferred.borrow_mut().pop();
            let Some(waker) = deferred else { return any };
            any = true;
            self.waking(WakeCause::Yield, || waker.wake());
        }
    }

    pub(in crate::runtime::executor) fn deferred_len(&self) -> usize {
        self.deferred.borrow().len()
    }
}
