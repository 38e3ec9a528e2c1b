//! A legacy query becomes a System Log query.

use events2logs_filter::{Expr, ExprKind, parse};
use jiff::{SignedDuration, Timestamp};

use crate::tables::Tables;
use crate::time;

use super::cond::Cond;
use super::input::{Input, RequestText, read};
use super::note::Note;
use super::params::Param;
use super::report::{Part, Precision, QueryError, Request, Rewrite};
use super::translate::Translator;
use super::when;

/// What the rewritten filter speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// `eventType` and `outcome`: also finds events whose type the Events API never had.
    #[default]
    Native,
    /// `legacyEventType`: finds just what the legacy query found.
    Exact,
}

/// How to rewrite.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What the rewritten filter speaks of.
    pub strategy: Strategy,
    /// The time to count the legacy defaults back from.
    pub now: Option<Timestamp>,
}

/// Rewrites a legacy filter, query string, URL or `curl` command to one of the System Log.
///
/// A part without a rewrite makes the whole [`Precision::Unsupported`], without requests.
///
/// # Errors
/// [`QueryError`] where the text cannot be read as a query at all.
///
/// # Examples
/// ```
/// use events2logs_mapping::query::{Options, Precision, rewrite};
/// use events2logs_mapping::Tables;
///
/// let tables = Tables::shipped()?;
/// let query = r#"action.objectType eq "core.user_auth.session_clear" and published gt "2018-01-01""#;
/// let rewritten = rewrite(query, &tables, Options::default())?;
/// assert_eq!(rewritten.precision, Precision::Exact);
/// assert_eq!(rewritten.requests[0].filter.as_deref(), Some(r#"eventType eq "user.session.clear""#));
/// assert_eq!(rewritten.requests[0].since.as_deref(), Some("2018-01-01T00:00:00.000Z"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rewrite(query: &str, tables: &Tables, options: Options) -> Result<Rewrite, QueryError> {
    let input = read(query)?;
    let (mut rewritten, _) = Rewriter::new(tables, options).run(query, &input)?;
    let more_exact = options.strategy == Strategy::Native
        && rewritten
            .parts
            .iter()
            .any(|part| !part.adds.is_empty() || !part.drops.is_empty())
        && rewritten.precision != Precision::Unsupported;
    if more_exact {
        let options = Options {
            strategy: Strategy::Exact,
            ..options
        };
        let (exact, _) = Rewriter::new(tables, options).run(query, &input)?;
        rewritten.exact = Some(exact.requests);
    }
    Ok(rewritten)
}

/// Rewrites a query, and tells whether it was one of the Events API.
pub(crate) fn rewrite_and_tell(
    query: &str,
    tables: &Tables,
    options: Options,
) -> Result<(Rewrite, bool), QueryError> {
    let input = read(query)?;
    Rewriter::new(tables, options).run(query, &input)
}

/// A System Log query, its parameters decoded.
#[derive(Debug, Default)]
pub(crate) struct SystemLogQuery {
    pub(crate) filter: Option<String>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
    /// Why it is more, or less, than its filter and its window.
    pub(crate) problem: Option<String>,
}

/// Reads a System Log query as it stands.
pub(crate) fn read_system_log(query: &str) -> Result<SystemLogQuery, QueryError> {
    let request = match read(query)? {
        Input::Filter(param) => {
            return Ok(SystemLogQuery {
                filter: Some(param.value),
                ..SystemLogQuery::default()
            });
        }
        Input::Request(request) => request,
    };
    let value = |name: &str| {
        let named = |param: &&Param| param.name == name && !param.value.trim().is_empty();
        request.params.iter().find(named).map(|it| it.value.clone())
    };
    Ok(SystemLogQuery {
        filter: value("filter"),
        since: value("since"),
        until: value("until"),
        problem: {
            let other = ["q", "after"]
                .into_iter()
                .find(|name| value(name).is_some());
            let twice = request
                .params
                .iter()
                .filter(|it| it.name == "filter")
                .count()
                > 1;
            match other {
                Some(name) => Some(format!("{name} also decides what is found: take it away")),
                None => twice.then(|| "there is more than one filter parameter".to_owned()),
            }
        },
    })
}

pub(super) struct Rewriter<'t> {
    pub(super) translator: Translator<'t>,
    pub(super) options: Options,
    precision: Precision,
}

/// The parameters that a rewrite has to do with, and the places of the others.
#[derive(Default)]
pub(super) struct Known<'p> {
    pub(super) filter: Option<(usize, &'p Param)>,
    pub(super) start_date: Option<(usize, &'p Param)>,
    pub(super) limit: Option<(usize, &'p Param)>,
    after: Option<&'p Param>,
    q: Option<&'p Param>,
    /// Whether it asks for `since` or `until`, as a System Log request does.
    pub(super) has_window: bool,
}

/// One end of a request's window as it is printed.
pub(super) type Ends = (Option<String>, Option<String>);

impl<'t> Rewriter<'t> {
    fn new(tables: &'t Tables, options: Options) -> Self {
        Self {
            translator: Translator::new(tables, options.strategy),
            options,
            precision: Precision::Exact,
        }
    }

    /// The rewrite, and whether the query was one of the Events API.
    fn run(mut self, query: &str, input: &Input) -> Result<(Rewrite, bool), QueryError> {
        let (known, request) = match input {
            Input::Filter(filter) => (
                Known {
                    filter: Some((0, filter)),
                    ..Known::default()
                },
                None,
            ),
            Input::Request(request) => (known(&request.params), Some(request)),
        };
        let filter = match known.filter {
            Some((_, param)) if param.value.trim().is_empty() => {
                self.empty(param);
                None
            }
            Some((_, param)) => Some(parse(&param.value).map_err(|errors| QueryError::Filter {
                filter: param.value.clone(),
                errors,
            })?),
            None => None,
        };
        let expr = filter.as_ref().map(|filter| &filter.expr);
        if let Some(expr) = expr {
            self.mixed(expr);
        }
        if let Some(after) = known.after {
            self.after(after);
        }
        if let Some(q) = known.q
            && !request.is_some_and(RequestText::is_system_log)
        {
            self.is(Precision::Narrower);
            let name = q.name.clone();
            self.translator.note(Note::NewMeaning { name });
        }
        let start = self.start_date(&known, expr.is_some());
        let found = self.windows(expr, start.as_ref());
        let mut requests = Vec::new();
        let several = found.len();
        for (ends, condition) in found {
            let filter = match condition {
                Cond::Never => continue,
                Cond::Always => None,
                Cond::Expr(expr) => Some(expr.to_string()),
            };
            let request = self.request(input, &known, ends, filter);
            if request.query.is_empty() {
                self.translator.note(Note::Everything);
            }
            // A default window may begin after the query's own has ended.
            let time = |end: &Option<String>| end.as_deref().and_then(when::read);
            let is_over = |(since, until): (when::When, when::When)| since.time >= until.time;
            if !time(&request.since)
                .zip(time(&request.until))
                .is_some_and(is_over)
            {
                requests.push(request);
            }
        }
        if several > 1 && requests.len() > 1 {
            self.translator.notes.insert(
                0,
                Note::SeveralRequests {
                    requests: requests.len(),
                },
            );
        }
        if requests.is_empty() {
            self.translator.note(Note::Never);
        }
        let is_system_log = self.is_system_log(request);
        if is_system_log && expr.is_some() {
            self.translator.note(Note::AlreadySystemLog);
        }
        self.defaults(&known, request, is_system_log, start.is_some(), &requests);
        Ok((self.sum(query, requests), !is_system_log))
    }

    /// Whether the query is one of the System Log API. Attributes such as target.id have the same
    /// name in both; without any that tells, the query is what it was said to be.
    pub(super) fn is_system_log(&self, request: Option<&RequestText>) -> bool {
        !self.translator.any_legacy
            && match request {
                Some(request) if request.has_url() => request.is_system_log(),
                _ => self.translator.any_system_log,
            }
    }

    fn sum(mut self, query: &str, requests: Vec<Request>) -> Rewrite {
        let parts = std::mem::take(&mut self.translator.parts);
        let precision = parts
            .iter()
            .map(|part| part.precision)
            .fold(self.precision, Precision::and);
        let by_legacy_type = |request: &Request| {
            let filter = request.filter.as_deref();
            filter.is_some_and(|filter| filter.contains("legacyEventType"))
        };
        if self.options.strategy == Strategy::Exact && requests.iter().any(by_legacy_type) {
            self.translator.note(Note::LegacyTypesOnly);
        }
        let mut rewritten = Rewrite {
            input: query.to_owned(),
            precision,
            requests,
            parts,
            exact: None,
            notes: self.translator.notes,
        };
        if precision == Precision::Unsupported {
            // Of a request that is not made, only how it was read is of interest.
            rewritten.requests.clear();
            let of_reading = |note: &Note| matches!(note, Note::MixedWithoutParentheses { .. });
            rewritten.notes.retain(of_reading);
        }
        rewritten
    }

    fn is(&mut self, precision: Precision) {
        self.precision = self.precision.and(precision);
    }

    pub(super) fn part(
        &mut self,
        from: &str,
        to: String,
        precision: Precision,
        reason: Option<String>,
    ) {
        self.translator.say(Part {
            from: from.to_owned(),
            to,
            precision,
            adds: Vec::new(),
            drops: Vec::new(),
            reason,
        });
    }

    pub(super) fn empty(&mut self, param: &Param) {
        let name = param.name.clone();
        self.translator.note(Note::EmptyParameter { name });
    }

    /// `a or b and c`, which not every author meant so.
    fn mixed(&mut self, expr: &Expr) {
        if expr.unparenthesized_ands().next().is_none() {
            return;
        }
        let spelled_out = |term: &Expr| match &term.kind {
            ExprKind::And(_) => format!("({term})"),
            _ => term.to_string(),
        };
        let understood = match &expr.kind {
            ExprKind::Or(terms) => terms
                .iter()
                .map(spelled_out)
                .collect::<Vec<_>>()
                .join(" or "),
            _ => expr.to_string(),
        };
        self.translator
            .note(Note::MixedWithoutParentheses { understood });
    }

    fn after(&mut self, after: &Param) {
        // The last 13 digits of an event's id are the time of the event (facts: real events).
        let digits = after.value.get(after.value.len().saturating_sub(13)..);
        let time = digits
            .filter(|_| after.value.starts_with("tev"))
            .and_then(when::read)
            .and_then(|when| time::spelled(when.time));
        let help = match time {
            Some(time) => format!("that event is of {time}: start over with since={time}"),
            None => "start over with since, the time of the last event you have".to_owned(),
        };
        self.part(
            &after.text,
            String::new(),
            Precision::Unsupported,
            Some(format!(
                "a cursor of the old API means nothing to /logs, which makes its own: {help}"
            )),
        );
    }

    /// What changes without being written.
    fn defaults(
        &mut self,
        known: &Known<'_>,
        request: Option<&RequestText>,
        is_system_log: bool,
        has_start: bool,
        requests: &[Request],
    ) {
        if let Some(now) = self.options.now {
            let oldest = now.checked_sub(SignedDuration::from_hours(180 * 24)).ok();
            for since in requests.iter().filter_map(|request| request.since.as_ref()) {
                let is_older = when::read(since)
                    .zip(oldest)
                    .is_some_and(|(it, oldest)| it.time < oldest);
                if is_older {
                    self.translator.note(Note::TooOld {
                        since: since.clone(),
                    });
                }
            }
        }
        if known.has_window || known.after.is_some() {
            return;
        }
        if requests.iter().any(|request| request.since.is_none()) && !is_system_log {
            if request.is_some() && known.is_bare() && !has_start {
                self.is(Precision::Wider);
                self.translator.note(Note::LastHour);
            } else {
                self.is(Precision::Narrower);
                self.translator.note(Note::DefaultWindow);
            }
        }
        if requests.iter().any(|request| request.until.is_some()) {
            self.translator.note(Note::Bounded);
        }
        let polls = |it: &Request| it.until.is_none() && (request.is_some() || it.since.is_some());
        if requests.iter().any(polls) {
            self.translator.note(Note::Polling);
        }
    }
}

impl Known<'_> {
    /// Whether none of the three parameters is there that decide what is returned.
    pub(super) fn is_bare(&self) -> bool {
        let has_value = |param: Option<(usize, &Param)>| {
            param.is_some_and(|(_, param)| !param.value.trim().is_empty())
        };
        !has_value(self.filter) && !has_value(self.start_date) && self.after.is_none()
    }
}

fn known(params: &[Param]) -> Known<'_> {
    let mut known = Known::default();
    for (at, param) in params.iter().enumerate() {
        match param.name.as_str() {
            "filter" => known.filter = Some((at, param)),
            "startDate" => known.start_date = Some((at, param)),
            "limit" => known.limit = Some((at, param)),
            "after" if !param.value.trim().is_empty() => known.after = Some(param),
            "q" if !param.value.trim().is_empty() => known.q = Some(param),
            "since" | "until" => known.has_window = true,
            _ => {}
        }
    }
    known
}
