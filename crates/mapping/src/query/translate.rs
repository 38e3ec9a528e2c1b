//! A legacy filter without `published` becomes a System Log filter.

use events2logs_filter::{AttributePath, Comparison, Expr, ExprKind};

use crate::tables::Tables;

use super::attributes;
use super::cond::{Cond, factored};
use super::note::Note;
use super::report::{Part, Precision, UNLISTED};
use super::rewrite::Strategy;
use super::types;
use super::window::is_published;

/// Translates conditions, and gathers what there is to say about their parts.
pub(super) struct Translator<'t> {
    tables: &'t Tables,
    strategy: Strategy,
    pub(super) parts: Vec<Part>,
    pub(super) notes: Vec<Note>,
    /// Whether anything was of the Events API only.
    pub(super) any_legacy: bool,
    /// Whether anything was of the System Log API only.
    pub(super) any_system_log: bool,
}

impl<'t> Translator<'t> {
    pub(super) fn new(tables: &'t Tables, strategy: Strategy) -> Self {
        Self {
            tables,
            strategy,
            parts: Vec::new(),
            notes: Vec::new(),
            any_legacy: false,
            any_system_log: false,
        }
    }

    /// Translates `expr`. A part without a translation is among the parts as unsupported, and
    /// what is returned is then of no use.
    pub(super) fn translate(&mut self, expr: &Expr) -> Cond {
        let factored = factored(expr, &|term| types::is_on_types(term, self.tables));
        self.part(&factored, false)
    }

    /// `negated`: whether an odd number of `not` is around, so that finding more here is finding
    /// less in the end.
    fn part(&mut self, expr: &Expr, negated: bool) -> Cond {
        if types::is_on_types(expr, self.tables) {
            return self.on_types(expr, negated);
        }
        match &expr.kind {
            ExprKind::Comparison(comparison) => self.comparison(comparison),
            ExprKind::Placeholder(placeholder) => {
                let reason = "a placeholder for a whole expression: it may hold anything of the \
                              Events API; rewrite it by itself";
                self.unsupported(placeholder.as_str(), reason.to_owned())
            }
            ExprKind::Not(inner) => self.part(inner, !negated).not(),
            ExprKind::And(terms) => {
                let terms = self.terms(terms, Expr::and, negated);
                Cond::all(terms)
            }
            ExprKind::Or(terms) => {
                let terms = self.terms(terms, Expr::or, negated);
                Cond::any(terms)
            }
        }
    }

    /// Translates terms, those on the event type together: each set of types is one condition.
    fn terms(
        &mut self,
        terms: &[Expr],
        join: impl Fn(Vec<Expr>) -> Option<Expr>,
        negated: bool,
    ) -> Vec<Cond> {
        let (on_types, others): (Vec<&Expr>, Vec<&Expr>) = terms
            .iter()
            .partition(|term| types::is_on_types(term, self.tables));
        let on_types = join(on_types.into_iter().cloned().collect());
        on_types
            .iter()
            .chain(others)
            .map(|term| self.part(term, negated))
            .collect()
    }

    fn comparison(&mut self, comparison: &Comparison) -> Cond {
        if is_published(comparison) {
            // Only one that is no use is left here, and was told where windows are made.
            return Cond::Always;
        }
        let from = comparison.to_string();
        let path = comparison.path.as_str();
        if comparison.path.has_placeholder() {
            let reason = "the attribute is a placeholder: it may name any of the Events API";
            return self.unsupported(&from, reason.to_owned());
        }
        let (to, reason) = match self.tables.legacy_attributes.get(path) {
            Some(attribute) => {
                // Several paths: any of them may match.
                let paths = attribute.log_event_path.iter().flat_map(|it| it.split(' '));
                let translated = paths
                    .filter_map(|path| AttributePath::parse(path).ok())
                    .map(|to| attributes::translate(comparison, attribute, &to));
                let Some(to) = Expr::or(translated) else {
                    let note = attribute.note.clone().unwrap_or_default();
                    return self.unsupported(&from, note);
                };
                let renamed = attribute.log_event_path.as_deref() != Some(path);
                self.any_legacy |= renamed;
                let reason = renamed.then(|| attribute.note.clone()).flatten();
                (to, reason)
            }
            None if self.tables.filter_attributes.get(path).is_some() => {
                self.any_system_log = true;
                (comparison.clone().into(), None)
            }
            None => {
                let nearest = self.tables.nearest_attribute(path);
                let help = nearest.map_or(String::new(), |nearest| {
                    format!("; did you mean {nearest}?")
                });
                let reason = format!("{path} is no attribute of either API{help}");
                return self.unsupported(&from, reason);
            }
        };
        for refused in to.comparisons() {
            let attribute = self.tables.filter_attributes.get(refused.path.as_str());
            let word = refused.test.word();
            let is_refused = attribute
                .is_some_and(|attribute| attribute.refused_operators.iter().any(|it| it == word));
            if is_refused {
                let note = attribute
                    .and_then(|it| it.note.as_deref())
                    .unwrap_or_default();
                let reason = format!(
                    "the server refuses {word} on {}: {note}",
                    refused.path.as_str()
                );
                return self.unsupported(&from, reason);
            }
        }
        self.say(Part {
            to: to.to_string(),
            from,
            precision: Precision::Exact,
            adds: Vec::new(),
            drops: Vec::new(),
            reason,
        });
        Cond::Expr(to)
    }

    fn on_types(&mut self, expr: &Expr, negated: bool) -> Cond {
        self.any_legacy = true;
        let from = expr.to_string();
        let exact = types::exact(expr);
        let misplaced = expr.comparisons().any(|it| it.path.as_str() == "eventType");
        let mut part = Part {
            to: exact.to_string(),
            from,
            precision: Precision::Exact,
            adds: Vec::new(),
            drops: Vec::new(),
            reason: misplaced.then(|| {
                "a legacy type under eventType can never match: taken for action.objectType"
                    .to_owned()
            }),
        };
        if self.strategy == Strategy::Exact {
            self.say(part);
            return Cond::Expr(exact);
        }
        let Some(mut set) = types::set(expr, self.tables) else {
            part.reason = Some(
                "the type is a placeholder: its successor is not known before it is filled in"
                    .to_owned(),
            );
            self.say(part);
            return Cond::Expr(exact);
        };
        // A condition that holds for all the rest is the complement of one that does not.
        let complement = set.rest;
        if complement {
            set = self.complement(set);
        }
        let native = types::native(&set, self.tables);
        let by_name = types::is_by_name(expr);
        if (negated != complement) && (!native.adds.is_empty() || by_name) {
            let also = native.adds.iter().copied();
            let also: Vec<&str> = also.chain(by_name.then_some(UNLISTED)).collect();
            part.reason = Some(format!(
                "by legacyEventType, since leaving events out by eventType and outcome would go \
                 wrong for {}",
                also.join(", ")
            ));
            self.say(part);
            return Cond::Expr(exact);
        }
        self.note_types(&set);
        if !native.inferred.is_empty() {
            self.note(Note::InferredOutcomes {
                legacy_event_types: native.inferred.iter().map(|&it| it.to_owned()).collect(),
            });
        }
        let condition = if complement {
            native.condition.not()
        } else {
            native.condition
        };
        part.to = match &condition {
            Cond::Expr(expr) => expr.to_string(),
            Cond::Always => String::new(),
            Cond::Never => {
                part.reason = Some("no type meets it".to_owned());
                String::new()
            }
        };
        if !native.adds.is_empty() {
            part.precision = Precision::Wider;
            part.adds = native.adds.iter().map(|&it| it.to_owned()).collect();
            part.reason = Some(
                "these legacy types have the same event type and may have the same outcome"
                    .to_owned(),
            );
        }
        if by_name {
            part.precision = part.precision.and(Precision::Narrower);
            part.drops = vec![UNLISTED.to_owned()];
            let listed = "a part of a name stands for the listed types that have it";
            part.reason = Some(match part.reason {
                Some(reason) => format!("{listed}; {reason}"),
                None => listed.to_owned(),
            });
        }
        self.say(part);
        condition
    }

    fn complement(&self, set: types::TypeSet<'t>) -> types::TypeSet<'t> {
        let inside: std::collections::HashSet<&str> = set
            .listed
            .iter()
            .map(|row| row.legacy_event_type.as_str())
            .collect();
        let rows = self.tables.event_types.rows().iter();
        types::TypeSet {
            listed: rows
                .filter(|row| !inside.contains(row.legacy_event_type.as_str()))
                .collect(),
            // Those named are the ones that differ from the rest.
            unlisted: set.unlisted,
            rest: false,
        }
    }

    fn note_types(&mut self, set: &types::TypeSet<'_>) {
        for legacy_event_type in &set.unlisted {
            let nearest = self.tables.nearest_type(legacy_event_type);
            self.note(Note::UnknownType {
                legacy_event_type: legacy_event_type.clone(),
                nearest: nearest.map(str::to_owned),
            });
        }
        for row in set.listed.iter().filter(|row| row.event_type.is_none()) {
            self.note(Note::NoSuccessor {
                legacy_event_type: row.legacy_event_type.clone(),
            });
        }
    }

    fn unsupported(&mut self, from: &str, reason: String) -> Cond {
        self.say(Part {
            from: from.to_owned(),
            to: String::new(),
            precision: Precision::Unsupported,
            adds: Vec::new(),
            drops: Vec::new(),
            reason: Some(reason),
        });
        Cond::Always
    }

    /// Adds a part once: each window of a query is translated by itself.
    pub(super) fn say(&mut self, part: Part) {
        if !self.parts.contains(&part) {
            self.parts.push(part);
        }
    }

    pub(super) fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}
