//! Mouse, fingers and wheel as what they mean: pan, zoom, scrub, tap.
//!
//! ```text
//!            down on ruler or now-line             down on a lane
//!   scrub ◀───────────────────────────── none ─────────────────────▶ press ──up──▶ tap
//!                                          ▲                           │ moved
//!   pinch ◀──── second finger down ── any  └────────── up ◀─────────  pan
//! ```

/// How far a pointer may move and still be a tap.
const SLOP_PX: f64 = 5.0;

/// What a gesture asks for. Points are in CSS pixels of the panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    /// Move the playhead to this place.
    Scrub {
        /// From the panel's left edge.
        x: f64,
    },
    /// Move the view and the lanes along with the pointer.
    Drag {
        /// To the right.
        dx: f64,
        /// Downwards.
        dy: f64,
    },
    /// Zoom around a place.
    Zoom {
        /// From the panel's left edge.
        x: f64,
        /// Above 1 zooms in.
        factor: f64,
    },
    /// Select what is here.
    Tap {
        /// From the panel's left edge.
        x: f64,
        /// From its upper edge.
        y: f64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Contact {
    id: i32,
    x: f64,
    y: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Mode {
    #[default]
    None,
    Press {
        x: f64,
        y: f64,
    },
    Pan,
    Scrub,
    Pinch,
}

/// Follows pointers from their first contact to their last.
#[derive(Clone, Debug, Default)]
pub struct Gesture {
    contacts: Vec<Contact>,
    mode: Mode,
    /// A finger scrolls the page and the lanes by itself, so that only a mouse drags downwards.
    is_touch: bool,
}

impl Gesture {
    /// Takes a new contact; `scrubs` says that it is on the ruler or the now-line.
    pub fn down(&mut self, id: i32, x: f64, y: f64, is_touch: bool, scrubs: bool) -> Option<Act> {
        self.contacts.retain(|contact| contact.id != id);
        self.contacts.push(Contact { id, x, y });
        self.is_touch = is_touch;
        self.mode = match (self.contacts.len(), scrubs) {
            (1, true) => Mode::Scrub,
            (1, false) => Mode::Press { x, y },
            _ => Mode::Pinch,
        };
        (self.mode == Mode::Scrub).then_some(Act::Scrub { x })
    }

    /// Takes a move of a contact. Returns up to two acts: a pinch both zooms and drags.
    pub fn moved(&mut self, id: i32, x: f64, y: f64) -> [Option<Act>; 2] {
        let before = self.pinch();
        let Some(contact) = self.contacts.iter_mut().find(|contact| contact.id == id) else {
            return [None; 2];
        };
        let (dx, dy) = (x - contact.x, y - contact.y);
        let keeps_place =
            matches!(self.mode, Mode::Press { x: x0, y: y0 } if (x - x0).hypot(y - y0) < SLOP_PX);
        if keeps_place {
            return [None; 2];
        }
        (contact.x, contact.y) = (x, y);
        if let Mode::Press { .. } = self.mode {
            self.mode = Mode::Pan;
        }
        match self.mode {
            Mode::None | Mode::Press { .. } => [None; 2],
            Mode::Scrub => [Some(Act::Scrub { x }), None],
            Mode::Pan => [Some(Act::Drag { dx, dy: if self.is_touch { 0.0 } else { dy } }), None],
            Mode::Pinch => match (before, self.pinch()) {
                (Some((from, before)), Some((to, after))) => [
                    Some(Act::Drag { dx: to - from, dy: 0.0 }),
                    (before > 1.0 && after > 1.0).then(|| Act::Zoom { x: to, factor: after / before }),
                ],
                _ => [None; 2],
            },
        }
    }

    /// Takes the end of a contact.
    pub fn up(&mut self, id: i32) -> Option<Act> {
        let tap = match self.mode {
            Mode::Press { x, y } if self.contacts.iter().any(|contact| contact.id == id) => {
                Some(Act::Tap { x, y })
            }
            _ => None,
        };
        self.cancel(id);
        tap
    }

    /// Takes the loss of a contact, when the browser scrolls with it from now on.
    pub fn cancel(&mut self, id: i32) {
        self.contacts.retain(|contact| contact.id != id);
        self.mode = match self.contacts.len() {
            0 => Mode::None,
            // The finger that stays after a pinch goes on dragging, and never taps.
            1 if self.mode == Mode::Pinch => Mode::Pan,
            _ => self.mode,
        };
    }

    /// Returns whether any pointer is held down.
    pub fn is_active(&self) -> bool {
        !self.contacts.is_empty()
    }

    /// Returns whether the view is being dragged.
    pub fn is_panning(&self) -> bool {
        self.mode == Mode::Pan
    }

    /// Returns the middle of the first two fingers and how far they are apart. Both are measured
    /// from left to right, as the zoom is, but for fingers one above the other.
    fn pinch(&self) -> Option<(f64, f64)> {
        let [a, b] = self.contacts.get(..2)? else { return None };
        Some(((a.x + b.x) / 2.0, (a.x - b.x).hypot(a.y - b.y)))
    }
}

/// What a turn of the wheel means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wheel {
    /// Zoom around the pointer.
    Zoom(f64),
    /// Pan by pixels; positive shows what is later.
    Pan(f64),
    /// Let the browser scroll.
    Scroll,
}

/// Returns what a turn of the wheel means. `line_px` is what one unit of the deltas is worth: 1 for
/// pixels, more for lines and pages. A trackpad's pinch comes as a wheel with `zooms`.
pub fn wheel(dx: f64, dy: f64, line_px: f64, zooms: bool, shift: bool) -> Wheel {
    let (dx, dy) = (dx * line_px, dy * line_px);
    if zooms {
        // A notch of a mouse's wheel says 100 and more, a pinch 1 to 10.
        return Wheel::Zoom((-dy.clamp(-30.0, 30.0) * 0.01).exp());
    }
    if shift && dx == 0.0 {
        return Wheel::Pan(dy);
    }
    if dx.abs() > dy.abs() { Wheel::Pan(dx) } else { Wheel::Scroll }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_that_stays_is_a_tap_and_one_that_moves_is_a_drag() {
        let mut gesture = Gesture::default();
        assert_eq!(gesture.down(1, 10.0, 10.0, false, false), None);
        assert_eq!(gesture.moved(1, 12.0, 11.0), [None, None]);
        assert_eq!(gesture.up(1), Some(Act::Tap { x: 10.0, y: 10.0 }));

        gesture.down(1, 10.0, 10.0, false, false);
        assert_eq!(gesture.moved(1, 40.0, 20.0), [Some(Act::Drag { dx: 30.0, dy: 10.0 }), None]);
        assert_eq!(gesture.moved(1, 41.0, 20.0), [Some(Act::Drag { dx: 1.0, dy: 0.0 }), None]);
        assert_eq!(gesture.up(1), None);
    }

    #[test]
    fn a_finger_never_drags_the_lanes_down_because_the_browser_does() {
        let mut gesture = Gesture::default();
        gesture.down(7, 10.0, 10.0, true, false);
        assert_eq!(gesture.moved(7, 40.0, 60.0), [Some(Act::Drag { dx: 30.0, dy: 0.0 }), None]);
    }

    #[test]
    fn the_ruler_scrubs_from_the_first_touch_on() {
        let mut gesture = Gesture::default();
        assert_eq!(gesture.down(1, 90.0, 5.0, false, true), Some(Act::Scrub { x: 90.0 }));
        assert_eq!(gesture.moved(1, 91.0, 200.0), [Some(Act::Scrub { x: 91.0 }), None]);
        assert_eq!(gesture.up(1), None);
        assert!(!gesture.is_active());
    }

    #[test]
    fn two_fingers_zoom_around_their_middle() {
        let mut gesture = Gesture::default();
        gesture.down(1, 100.0, 50.0, true, false);
        gesture.down(2, 200.0, 50.0, true, false);
        let acts = gesture.moved(2, 300.0, 50.0);
        assert_eq!(acts, [Some(Act::Drag { dx: 50.0, dy: 0.0 }), Some(Act::Zoom { x: 200.0, factor: 2.0 })]);
        assert_eq!(gesture.up(2), None);
        assert_eq!(gesture.moved(1, 90.0, 50.0), [Some(Act::Drag { dx: -10.0, dy: 0.0 }), None]);
        assert_eq!(gesture.up(1), None, "the end of a pinch selects nothing");
    }

    #[test]
    fn a_contact_that_the_browser_takes_over_is_forgotten() {
        let mut gesture = Gesture::default();
        gesture.down(1, 10.0, 10.0, true, false);
        gesture.cancel(1);
        assert_eq!(gesture.moved(1, 60.0, 10.0), [None, None]);
        assert_eq!(gesture.up(1), None);
    }

    #[test]
    fn the_wheel_scrolls_pans_and_zooms() {
        assert_eq!(wheel(0.0, 100.0, 1.0, false, false), Wheel::Scroll);
        assert_eq!(wheel(0.0, 3.0, 16.0, false, true), Wheel::Pan(48.0));
        assert_eq!(wheel(-40.0, 4.0, 1.0, false, false), Wheel::Pan(-40.0));
        let factor = |dy| match wheel(0.0, dy, 1.0, true, false) {
            Wheel::Zoom(factor) => factor,
            other => panic!("{other:?}"),
        };
        assert!(factor(-2.0) > 1.0 && factor(-2.0) < 1.05, "a pinch is smooth");
        assert!(factor(-120.0) > 1.2 && factor(-120.0) < 1.5, "a notch is a step");
        assert!((factor(-7.0) * factor(7.0) - 1.0).abs() < 1e-9, "there and back again");
    }
}
