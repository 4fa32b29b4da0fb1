//! The colours of a picture, as a style sheet that reaches nothing but the picture.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::pen::PREFIX;
use crate::drawing::theme::Shade;

/// Which colours a picture has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// Light or dark as the reader's system is: right for an image, which knows of nothing around it.
    #[default]
    System,
    /// As the page around it is, by the marks that mdBook, rustdoc and Docusaurus make; else as the system is.
    Host,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Colours {
    /// Returns the colours where nothing says otherwise.
    pub(super) fn shade(self) -> Shade {
        if self == Self::Dark { Shade::Dark } else { Shade::Light }
    }
}

/// What documents are marked with whose theme is light, or dark: mdBook's classes, and the attribute that
/// rustdoc and Docusaurus have.
const LIGHT_HOST: &str = ".light,.rust,[data-theme=\"light\"]";
const DARK_HOST: &str = ".navy,.coal,.ayu,.dark,[data-theme=\"dark\"],[data-theme=\"ayu\"]";

/// Writes the style sheet for the classes in `used`.
pub(super) fn write(out: &mut String, colours: Colours, used: &BTreeSet<String>) {
    let name = |class: &str| class.strip_prefix("rim-").unwrap_or(class).to_owned();
    let mut names: BTreeSet<String> = used.iter().map(|class| name(class)).collect();
    // What is drawn without the pen.
    names.extend(["surface", "scheduled", "scheduled-2"].map(str::to_owned));
    let set = |shade: Shade| {
        names.iter().fold(String::new(), |mut set, name| {
            let value = shade.value(&format!("--{name}"));
            let _ = write!(set, "--w-{name}:var(--{PREFIX}{name},{value});");
            set
        })
    };
    let first = colours.shade();
    let font = first.value("--font").replace('"', "'");
    let _ = write!(
        out,
        "<style>\n.wl-svg{{{}max-width:100%;height:auto}}\n\
         .wl-figure{{margin:1em 0;min-width:0}}.wl-scroll{{overflow-x:auto}}.wl-scroll .wl-svg{{min-width:600px}}\n\
         .wl-svg text{{font-family:var(--{PREFIX}font,{font});font-variant-numeric:tabular-nums;white-space:pre}}\n",
        set(first)
    );
    match colours {
        Colours::Light | Colours::Dark => {}
        Colours::System => {
            let _ = writeln!(out, "@media (prefers-color-scheme:dark){{.wl-svg{{{}}}}}", set(Shade::Dark));
        }
        Colours::Host => {
            let dark = set(Shade::Dark);
            let _ = writeln!(
                out,
                "@media (prefers-color-scheme:dark){{:root:not({LIGHT_HOST}) .wl-svg{{{dark}}}}}\n\
                 :root:is({DARK_HOST}) .wl-svg{{{dark}}}"
            );
        }
    }
    for name in &names {
        let _ = writeln!(out, ".wl-svg .{PREFIX}{name}{{color:var(--w-{name})}}");
    }
    for name in used.iter().filter_map(|class| class.strip_prefix("rim-")) {
        let _ = writeln!(out, ".wl-svg .{PREFIX}rim-{name}{{stroke:var(--w-{name})}}");
    }
    out.push_str("</style>\n");
}

/// Writes the hatching: slanted stripes that meet at the edges of their tile.
pub(super) fn hatch(out: &mut String, id: &str, shade: Shade) {
    let (dark, light) = (shade.value("--scheduled"), shade.value("--scheduled-2"));
    let _ = writeln!(
        out,
        "<pattern id=\"{id}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <rect class=\"{PREFIX}scheduled-2\" color=\"{light}\" fill=\"currentColor\" width=\"6\" height=\"6\"/>\
         <path class=\"{PREFIX}scheduled\" color=\"{dark}\" stroke=\"currentColor\" stroke-width=\"2.5\" \
         d=\"M-9 9L3 -3M-3 9L9 -3M3 9L15 -3\"/></pattern>"
    );
}
