//! The marks at the end of a lane, as lines: every system draws them alike, with any font.

use crate::trace::End;

/// A point; the shape reaches from -1 to 1 both ways, with y downwards.
pub type Point = (f64, f64);

/// A mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A check mark: it completed.
    Check,
    /// An exclamation mark: it failed.
    Exclamation,
    /// A cross: it was dropped before it was ready.
    Cross,
    /// A burst: it panicked.
    Burst,
}

impl Shape {
    /// Returns the mark for an end. A future is dropped alike, whoever asked for it.
    pub fn of(end: End) -> Self {
        match end {
            End::Completed => Self::Check,
            End::Failed => Self::Exclamation,
            End::Cancelled | End::Dropped => Self::Cross,
            End::Panicked => Self::Burst,
        }
    }

    /// Returns the lines to draw, with round ends.
    pub fn lines(self) -> &'static [&'static [Point]] {
        match self {
            Self::Check => &[&[(-0.85, 0.1), (-0.25, 0.7), (0.85, -0.7)]],
            Self::Exclamation => &[&[(0.0, -0.9), (0.0, 0.2)], &[(0.0, 0.8), (0.0, 0.82)]],
            Self::Cross => &[&[(-0.65, -0.9), (0.65, 0.9)], &[(0.65, -0.9), (-0.65, 0.9)]],
            Self::Burst => {
                &[&[(0.0, -1.0), (0.0, 1.0)], &[(-0.87, -0.5), (0.87, 0.5)], &[(0.87, -0.5), (-0.87, 0.5)]]
            }
        }
    }

    /// Returns the lines as the `d` of an SVG path that fits a square of `size`, for the legend.
    pub fn svg_path(self, size: f64, margin: f64) -> String {
        let place = |value: f64| (value + 1.0) / 2.0 * (size - 2.0 * margin) + margin;
        let mut path = String::new();
        for line in self.lines() {
            for (at, (x, y)) in line.iter().enumerate() {
                let letter = if at == 0 { 'M' } else { 'L' };
                path.push_str(&format!("{letter}{:.2} {:.2}", place(*x), place(*y)));
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_a_mark_within_its_square() {
        for end in End::ALL {
            let lines = Shape::of(*end).lines();
            assert!(lines.iter().all(|line| line.len() >= 2));
            let inside = |(x, y): &Point| x.abs() <= 1.0 && y.abs() <= 1.0;
            assert!(lines.iter().copied().flatten().all(inside), "{end:?}");
        }
    }

    #[test]
    fn ends_that_mean_different_things_look_different() {
        let lines = |end| Shape::of(end).lines();
        assert_ne!(lines(End::Completed), lines(End::Failed));
        assert_ne!(lines(End::Failed), lines(End::Panicked));
        assert_ne!(lines(End::Completed), lines(End::Dropped));
        assert_ne!(lines(End::Panicked), lines(End::Dropped));
    }

    #[test]
    fn a_path_begins_anew_for_each_line() {
        assert_eq!(Shape::Cross.svg_path(16.0, 2.0), "M4.10 2.60L11.90 13.40M11.90 2.60L4.10 13.40");
    }
}
