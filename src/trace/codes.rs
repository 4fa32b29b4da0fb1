//! Codes in a frame: an enumeration's values by their positions.

macro_rules! from_u8 {
    ($type:ident { $($variant:ident),+ $(,)? }) => {
        impl $type {
            /// Every value, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the value with this code in a frame, if there is one.
            pub fn from_code(code: u8) -> Option<Self> {
                Self::ALL.get(usize::from(code)).copied()
            }
        }
    };
}
pub(super) use from_u8;
