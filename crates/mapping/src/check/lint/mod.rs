//! Says what is wrong with what was found.

mod filter;
mod ids;
mod legacy;
pub(super) mod logic;
mod names;
pub(in crate::check) mod pairs;
mod refused;
mod request;
mod syntax;

use std::ops::Range;

use events2logs_filter::decide::{Decider, Effort};
use jiff::Timestamp;

use crate::tables::Tables;

use super::finding::{Edit, Finding, Fix, Rule};
use super::scan::{Found, Place};
use names::nearest::Near;

/// What all rules go by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'t> {
    pub(super) tables: &'t Tables,
    pub(super) now: Option<Timestamp>,
}

/// Findings as they are made.
#[derive(Debug)]
pub(super) struct Sink<'t> {
    pub(super) context: Context<'t>,
    findings: Vec<Finding>,
    /// Proofs about filters, with an effort for the whole text.
    decider: Decider<'t>,
    /// What misspelt names were probably meant to be.
    near: Near<'t>,
}

impl<'t> Sink<'t> {
    pub(super) fn new(context: Context<'t>) -> Self {
        /// Some tens of thousands of filters as people write them, in about a second.
        const EFFORT: Effort = Effort { steps: 40_000_000 };
        Self {
            context,
            decider: Decider::new(context.tables.known().schema(), EFFORT),
            near: Near::default(),
            findings: Vec::new(),
        }
    }

    /// Checks one thing that was found.
    pub(super) fn check(&mut self, found: &Found<'_>) {
        match found {
            Found::Filter(candidate) => {
                filter::check(self, &candidate.place, &candidate.text, candidate.fragment);
            }
            Found::Request(request, place, text) => request::check(self, request, place, text),
            Found::StartDate(key) => request::beside(self, key),
            Found::Id(id) => ids::check(self, id),
        }
    }

    /// Notes something wrong.
    pub(super) fn add(
        &mut self,
        rule: &'static Rule,
        span: Range<usize>,
        message: String,
    ) -> &mut Finding {
        self.findings.push_mut(Finding {
            rule,
            severity: rule.severity,
            span,
            message,
            help: None,
            fix: None,
        })
    }

    /// By place, then code, each once.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        let key = |it: &Finding| (it.span.start, it.span.end);
        self.findings
            .sort_by(|a, b| (key(a), a.rule.code).cmp(&(key(b), b.rule.code)));
        self.findings
            .dedup_by(|a, b| a.span == b.span && a.rule.code == b.rule.code);
        self.findings
    }
}

impl Finding {
    pub(super) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a change, if there is one.
    pub(super) fn fix(&mut self, safe: bool, edit: Option<Edit>) -> &mut Self {
        self.fix = edit.map(|edit| Fix {
            safe,
            edits: vec![edit],
        });
        self
    }
}

/// A piece of a filter's text, cut short, to be shown in a line. Control characters are escaped:
/// the text may come from anyone.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let mut out = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == MOST {
            out.push_str("...");
            break;
        }
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out.push('`');
    out
}

/// A filter's part, placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) place: &'a Place,
    pub(super) text: &'a str,
    /// Whether the tree is a guess, so that nothing may be changed by it.
    pub(super) guessed: bool,
}

impl Part<'_> {
    pub(super) fn span(&self, span: events2logs_filter::Span) -> Range<usize> {
        self.place.span(span.start..span.end)
    }

    pub(super) fn edit(&self, span: events2logs_filter::Span, text: &str) -> Option<Edit> {
        if self.guessed {
            return None;
        }
        self.place.edit(span.start..span.end, text)
    }
}
