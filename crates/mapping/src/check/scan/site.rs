//! What a place of a text stands in.

use super::chain::compose;
use super::family::Family;
use super::layer::Layer;
use super::lexer::{self, Literal};
use super::shape::{self, Shape};
use super::text::head;
use super::{Scanner, words};

/// No literal within a literal within a literal is looked for deeper than this.
const DEEPEST: usize = 4;

/// The literals around a place, and the place in the innermost of them.
#[derive(Debug)]
pub(super) struct Site {
    /// The outermost first.
    pub(super) layers: Vec<Layer>,
    /// The place in the innermost text.
    pub(super) at: usize,
}

impl Scanner<'_, '_> {
    /// Finds the literals around a place of the text.
    pub(super) fn site(&self, at: usize) -> Site {
        let mut site = Site {
            layers: Vec::new(),
            at,
        };
        if let Some((layer, at)) = step(self.text, self.literals(), at, self.family) {
            site.layers.push(layer);
            site.at = at;
        }
        while site.layers.len() < DEEPEST
            && let Some(text) = site.layers.last().map(|layer| layer.text.as_str())
            && !words::starts_comparison(text)
        {
            let literals = lexer::literals(text, Family::Other);
            let Some((layer, at)) = step(text, &literals, site.at, Family::Other) else {
                break;
            };
            site.layers.push(layer);
            site.at = at;
        }
        site
    }
}

/// The literal around `at`, read, and the place within.
fn step(text: &str, literals: &[Literal], at: usize, family: Family) -> Option<(Layer, usize)> {
    let index = literals
        .partition_point(|literal| literal.inner.start <= at)
        .checked_sub(1)?;
    let literal = literals.get(index)?;
    if !literal.inner.contains(&at) {
        return None;
    }
    let (layer, _) = compose(text, literals, index, family)?;
    let at = layer.position(at)?;
    Some((layer, at))
}

impl Site {
    /// The innermost text.
    pub(super) fn text<'a>(&'a self, outermost: &'a str) -> &'a str {
        self.layers
            .last()
            .map_or(outermost, |layer| layer.text.as_str())
    }

    /// Whether it is the contents of a literal.
    pub(super) fn quoted(&self) -> bool {
        !self.layers.is_empty()
    }

    /// The filter at the place.
    pub(super) fn filter(&self, outermost: &str, family: Family) -> Option<Shape> {
        let text = self.text(outermost);
        if self.quoted() {
            shape::in_literal(text, self.at)
        } else if family.is_code() || is_comment(text, self.at) {
            shape::in_prose(text, self.at)
        } else {
            shape::in_text(text, self.at)
        }
    }
}

/// Whether the line is a comment, or a quotation of Markdown.
fn is_comment(text: &str, at: usize) -> bool {
    let start = super::text::line_start(text, at);
    let line = super::text::tail(head(text, at), start).trim_start();
    ["#", "//", "--", "/*", "* ", ";", "<!--", "> ", "| "]
        .iter()
        .any(|mark| line.starts_with(mark))
}
