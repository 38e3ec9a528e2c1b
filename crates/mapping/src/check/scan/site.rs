//! What a place of a text stands in.

use std::rc::Rc;

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
    pub(super) layers: Vec<Rc<Layer>>,
    /// The place in the innermost text.
    pub(super) at: usize,
}

/// The literal of the text that was looked into last: many places stand in the same one.
#[derive(Debug, Default)]
pub(super) struct Last {
    index: usize,
    layer: Rc<Layer>,
    /// The literals within.
    literals: Vec<Literal>,
}

impl Scanner<'_, '_> {
    /// Finds the literals around a place of the text.
    pub(super) fn site(&mut self, at: usize) -> Site {
        let mut site = Site {
            layers: Vec::new(),
            at,
        };
        let Some(index) = around(self.literals(), at) else {
            return site;
        };
        if self.last.as_ref().is_none_or(|last| last.index != index) {
            let Some(layer) = compose(self.text, self.literals(), index, self.family) else {
                return site;
            };
            let literals = if words::starts_comparison(&layer.text) {
                Vec::new()
            } else {
                lexer::literals(&layer.text, Family::Other)
            };
            self.last = Some(Last {
                index,
                layer: Rc::new(layer),
                literals,
            });
        }
        let Some(last) = &self.last else { return site };
        let Some(inner) = last.layer.position(at) else {
            return site;
        };
        site.layers.push(Rc::clone(&last.layer));
        site.at = inner;
        let mut goes_on = site.go_in(&last.literals);
        while goes_on && site.layers.len() < DEEPEST {
            let Some(layer) = site.layers.last().cloned() else {
                break;
            };
            goes_on = !words::starts_comparison(&layer.text)
                && site.go_in(&lexer::literals(&layer.text, Family::Other));
        }
        site
    }
}

/// The literal around `at`.
pub(super) fn around(literals: &[Literal], at: usize) -> Option<usize> {
    let index = literals
        .partition_point(|literal| literal.inner.start <= at)
        .checked_sub(1)?;
    literals
        .get(index)
        .is_some_and(|literal| literal.inner.contains(&at))
        .then_some(index)
}

impl Site {
    /// Goes into the literal of the innermost text that the place is in, if it is in one.
    fn go_in(&mut self, literals: &[Literal]) -> bool {
        let Some((outer, index)) = self.layers.last().zip(around(literals, self.at)) else {
            return false;
        };
        let Some(layer) = compose(&outer.text, literals, index, Family::Other) else {
            return false;
        };
        let Some(at) = layer.position(self.at) else {
            return false;
        };
        self.layers.push(Rc::new(layer));
        self.at = at;
        true
    }
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

    /// The filter at the place; `thorough`: also one that is broken.
    pub(super) fn filter(&self, outermost: &str, family: Family, thorough: bool) -> Option<Shape> {
        let text = self.text(outermost);
        if !thorough {
            shape::in_prose(text, self.at)
        } else if self.quoted() {
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
