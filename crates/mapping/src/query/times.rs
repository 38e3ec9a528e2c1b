//! The times of a query: `startDate`, and what its filter says of `published`.

use events2logs_filter::{Expr, ExprKind, Operator};
use jiff::{SignedDuration, Timestamp};

use crate::time;

use super::cond::Cond;
use super::note::Note;
use super::report::Precision;
use super::rewrite::{Ends, Known, Rewriter};
use super::when;
use super::window::{Bound, Published, Window, is_published, published, windows};

/// What `startDate` says.
pub(super) enum StartDate {
    At(Timestamp),
    Placeholder(String),
}

impl StartDate {
    pub(super) fn spelled(&self) -> Option<String> {
        match self {
            Self::At(time) => time::spelled(*time),
            Self::Placeholder(text) => Some(text.clone()),
        }
    }
}

impl Rewriter<'_> {
    /// The time of `startDate`, or the placeholder that stands there.
    pub(super) fn start_date(&mut self, known: &Known<'_>, with_filter: bool) -> Option<StartDate> {
        let (_, param) = known.start_date?;
        let value = param.value.trim();
        if value.is_empty() {
            self.empty(param);
            return None;
        }
        if with_filter {
            self.translator.note(Note::StartDateAndFilter);
        }
        self.translator.any_legacy = true;
        if let Some(when) = when::read(value) {
            let since = time::spelled(when.time)?;
            self.zone(value, when.zoned, &since);
            self.part(
                &param.text,
                format!("since={since}"),
                Precision::Exact,
                None,
            );
            return Some(StartDate::At(when.time));
        }
        if events2logs_filter::contains_placeholder(value) || value.starts_with(['$', '%']) {
            self.part(
                &param.text,
                format!("since={value}"),
                Precision::Exact,
                None,
            );
            return Some(StartDate::Placeholder(value.to_owned()));
        }
        self.unreadable(&param.text);
        None
    }

    fn unreadable(&mut self, from: &str) {
        self.part(
            from,
            String::new(),
            Precision::Unsupported,
            Some(
                "no date and time that can be read: expected one such as 2017-10-01T00:00:00.000Z"
                    .to_owned(),
            ),
        );
    }

    fn zone(&mut self, date: &str, zoned: bool, time: &str) {
        if !zoned {
            self.translator.note(Note::ReadAsUtc {
                date: date.to_owned(),
                time: time.to_owned(),
            });
        }
    }

    /// The windows of the query, each with the translated condition on the events in it.
    pub(super) fn windows(
        &mut self,
        expr: Option<&Expr>,
        start: Option<&StartDate>,
    ) -> Vec<(Ends, Cond)> {
        let mut opaque = matches!(start, Some(StartDate::Placeholder(_)));
        for comparison in expr.into_iter().flat_map(Expr::comparisons) {
            if !is_published(comparison) {
                continue;
            }
            self.translator.any_legacy = true;
            match published(comparison) {
                Published::Opaque(..) => opaque = true,
                Published::Unreadable => self.unreadable(&comparison.to_string()),
                Published::At(..) | Published::Present => {}
            }
        }
        if opaque {
            return self.opaque_windows(expr, start);
        }
        let after = match start {
            Some(StartDate::At(time)) => Some(*time),
            _ => None,
        };
        let found = windows(expr, after);
        self.published_parts(expr, &found);
        found
            .into_iter()
            .map(|window| {
                let condition = match &window.condition {
                    Cond::Expr(expr) => self.translator.translate(expr),
                    other => other.clone(),
                };
                (self.ends(&window), condition)
            })
            .collect()
    }

    /// The ends of a window, and what there is to say of them.
    fn ends(&mut self, window: &Window) -> Ends {
        let (since, until) = ends(window);
        if window.is_instant() {
            if let Some(time) = since.clone() {
                self.translator.note(Note::OneInstant { time });
            }
            return (since, until);
        }
        let told = |parameter, bound: Option<Bound>, time: Option<&String>| {
            Some(Note::Bound {
                parameter,
                time: time?.clone(),
                inclusive: bound?.inclusive,
            })
        };
        let notes = [
            told("since", window.since, since.as_ref()),
            told("until", window.until, until.as_ref()),
        ];
        for note in notes.into_iter().flatten() {
            self.translator.note(note);
        }
        (since, until)
    }

    /// Says what became of each comparison with `published`.
    fn published_parts(&mut self, expr: Option<&Expr>, found: &[Window]) {
        for comparison in expr.into_iter().flat_map(Expr::comparisons) {
            let Published::At(_, time) = published(comparison) else {
                continue;
            };
            if !is_published(comparison) {
                continue;
            }
            let Some(spelled) = time::spelled(time) else {
                continue;
            };
            let at = |bound: Option<Bound>| bound.is_some_and(|bound| bound.time == time);
            let mut to: Vec<String> = Vec::new();
            for window in found {
                let (since, until) = ends(window);
                to.extend(
                    since
                        .filter(|_| at(window.since))
                        .map(|it| format!("since={it}")),
                );
                to.extend(
                    until
                        .filter(|_| at(window.until))
                        .map(|it| format!("until={it}")),
                );
            }
            to.sort();
            to.dedup();
            let reason = to
                .is_empty()
                .then(|| "no window begins or ends there".to_owned());
            self.part(
                &comparison.to_string(),
                to.join(" and "),
                Precision::Exact,
                reason,
            );
            if let Some(events2logs_filter::Value::String(date)) = comparison.value()
                && let Some(when) = when::read(date)
            {
                self.zone(date, when.zoned, &spelled);
            }
        }
    }

    /// Windows whose times are placeholders: they cannot be ordered, so that each alternative
    /// may have one lower and one upper bound, side by side with the rest.
    fn opaque_windows(
        &mut self,
        expr: Option<&Expr>,
        start: Option<&StartDate>,
    ) -> Vec<(Ends, Cond)> {
        let alternatives: Vec<Option<&Expr>> = match expr.map(|expr| (&expr.kind, expr)) {
            Some((ExprKind::Or(terms), _)) if terms.iter().any(has_published) => {
                terms.iter().map(Some).collect()
            }
            Some((_, expr)) => vec![Some(expr)],
            None => vec![None],
        };
        alternatives
            .into_iter()
            .map(|alternative| self.opaque_window(alternative, start))
            .collect()
    }

    fn opaque_window(&mut self, expr: Option<&Expr>, start: Option<&StartDate>) -> (Ends, Cond) {
        let terms: &[Expr] = match expr {
            Some(expr) => match &expr.kind {
                ExprKind::And(terms) => terms,
                _ => std::slice::from_ref(expr),
            },
            None => &[],
        };
        let mut ends: Ends = (start.and_then(StartDate::spelled), None);
        let mut rest = Vec::new();
        for term in terms {
            let ExprKind::Comparison(comparison) = &term.kind else {
                if has_published(term) {
                    self.unordered(term);
                }
                rest.push(Cond::Expr(term.clone()));
                continue;
            };
            if !is_published(comparison) {
                rest.push(Cond::Expr(term.clone()));
                continue;
            }
            let (operator, spelled) = match published(comparison) {
                Published::At(operator, time) => (operator, time::spelled(time)),
                Published::Opaque(operator, text) => (operator, Some(text.to_owned())),
                Published::Present | Published::Unreadable => continue,
            };
            let (name, end) = match operator {
                Operator::Gt | Operator::Ge => ("since", &mut ends.0),
                Operator::Lt | Operator::Le => ("until", &mut ends.1),
                _ => {
                    self.unordered(term);
                    continue;
                }
            };
            if end.is_some() {
                self.unordered(term);
                continue;
            }
            let spelled = spelled.unwrap_or_default();
            *end = Some(spelled.clone());
            self.part(
                &term.to_string(),
                format!("{name}={spelled}"),
                Precision::Exact,
                None,
            );
        }
        let condition = match Cond::all(rest) {
            Cond::Expr(expr) => self.translator.translate(&expr),
            other => other,
        };
        (ends, condition)
    }

    fn unordered(&mut self, term: &Expr) {
        self.part(
            &term.to_string(),
            String::new(),
            Precision::Unsupported,
            Some(
                "a time that is a placeholder cannot be ordered among others: rewrite with the \
                 times filled in, or keep one lower and one upper bound beside the rest"
                    .to_owned(),
            ),
        );
    }
}

/// The windows of a filter without placeholders for times: from when, till when, and what is
/// left of it there. For filters of the System Log, whose server refuses `published`.
pub(crate) fn windows_of(expr: Option<&Expr>) -> Vec<(Option<Timestamp>, Option<Timestamp>, Cond)> {
    let time = |bound: Option<Bound>| bound.map(|bound| bound.time);
    windows(expr, None)
        .into_iter()
        .map(|window| (time(window.since), time(window.until), window.condition))
        .collect()
}

/// The ends of a window as they are printed; an instant is the millisecond from there.
fn ends(window: &Window) -> Ends {
    let since = window.since.and_then(|bound| time::spelled(bound.time));
    let until = window.until.and_then(|bound| {
        let after = if window.is_instant() {
            bound
                .time
                .checked_add(SignedDuration::from_millis(1))
                .ok()?
        } else {
            bound.time
        };
        time::spelled(after)
    });
    (since, until)
}

fn has_published(expr: &Expr) -> bool {
    expr.comparisons().any(is_published)
}
