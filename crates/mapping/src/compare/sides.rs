//! The two queries as conditions on LogEvents, one for each stretch of time.

use events2logs_filter::{Comparison, Expr, parse};
use jiff::{SignedDuration, Timestamp};

use crate::query::{self, Cond, QueryError, Strategy, read_time};
use crate::tables::Tables;

/// One query.
#[derive(Debug)]
pub(super) struct Side {
    /// Whether it is of the Events API.
    pub(super) is_legacy: bool,
    windows: Vec<Window>,
    /// The filters of its windows, for what there is to say of each.
    pub(super) exprs: Vec<Expr>,
    /// Why it has no meaning that could be compared.
    pub(super) problem: Option<String>,
}

/// A window of a query, from its first moment to just before its last.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Window {
    since: End,
    until: End,
    condition: Cond,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    Open,
    At(Timestamp),
    /// To be filled in.
    Placeholder(String),
}

/// A stretch of time in which neither query changes what it asks for.
#[derive(Debug)]
pub(super) struct Stretch {
    /// A moment in it.
    pub(super) time: Timestamp,
    pub(super) legacy: Cond,
    pub(super) new: Cond,
}

/// Reads the first query: a legacy one in words of the System Log, or a System Log one.
pub(super) fn first(
    text: &str,
    tables: &Tables,
    now: Option<Timestamp>,
) -> Result<Side, QueryError> {
    let options = query::Options {
        strategy: Strategy::Exact,
        now,
    };
    let (rewritten, is_legacy) = query::rewrite_and_tell(text, tables, options)?;
    if !is_legacy {
        return second(text, tables, now);
    }
    let problem = rewritten
        .parts
        .iter()
        .find(|part| part.precision == query::Precision::Unsupported)
        .map(|part| {
            let reason = part.reason.as_deref().unwrap_or_default();
            format!("{} has no meaning in the System Log: {reason}", part.from)
        });
    let mut windows = Vec::new();
    for request in rewritten.requests {
        let condition = match &request.filter {
            Some(filter) => Cond::Expr(parsed(filter)?),
            None => Cond::Always,
        };
        windows.push(Window {
            since: end(request.since.as_deref()),
            until: end(request.until.as_deref()),
            condition,
        });
    }
    Ok(Side::new(true, windows, problem))
}

/// Reads a System Log query.
pub(super) fn second(
    text: &str,
    tables: &Tables,
    now: Option<Timestamp>,
) -> Result<Side, QueryError> {
    let read = query::read_system_log(text)?;
    let until = end(read.until.as_deref());
    let mut since = end(read.since.as_deref());
    // Without since, /logs looks back 7 days from until.
    if let (End::Open, Some(now)) = (&since, now) {
        let last = match &until {
            End::At(time) => *time,
            _ => now,
        };
        if let Ok(time) = last.checked_sub(SignedDuration::from_hours(7 * 24)) {
            since = End::At(time);
        }
    }
    let expr = read.filter.as_deref().map(parsed).transpose()?;
    let by_published = query::windows_of(expr.as_ref());
    let windows = by_published
        .into_iter()
        .map(|(from, to, condition)| Window {
            since: later(&since, from),
            until: earlier(&until, to),
            condition,
        })
        .collect();
    let refused = expr.iter().flat_map(Expr::comparisons);
    let problem = refused.filter_map(|it| refusal(it, tables)).next();
    Ok(Side::new(false, windows, read.problem.or(problem)))
}

/// Why the server refuses a comparison.
fn refusal(comparison: &Comparison, tables: &Tables) -> Option<String> {
    if comparison.path.has_placeholder() {
        return None;
    }
    let path = comparison.path.as_str();
    let Some(attribute) = tables.filter_attributes.get(path) else {
        let nearest = tables.nearest_attribute(path);
        let help = nearest.map_or(String::new(), |it| format!("; did you mean {it}?"));
        return Some(format!("{path} is no attribute of LogEvents{help}"));
    };
    let word = comparison.test.word();
    let is_refused = attribute.refused_operators.iter().any(|it| it == word);
    is_refused.then(|| {
        let note = attribute.note.as_deref().unwrap_or_default();
        format!("the server refuses {word} on {path}: {note}")
    })
}

fn parsed(filter: &str) -> Result<Expr, QueryError> {
    match parse(filter) {
        Ok(filter) => Ok(filter.expr),
        Err(errors) => Err(QueryError::Filter {
            filter: filter.to_owned(),
            errors,
        }),
    }
}

fn end(text: Option<&str>) -> End {
    match text {
        None => End::Open,
        Some(text) => match read_time(text) {
            Some(time) => End::At(time),
            None => End::Placeholder(text.to_owned()),
        },
    }
}

fn later(end: &End, other: Option<Timestamp>) -> End {
    match (end, other) {
        (End::At(time), Some(other)) => End::At(*time.max(&other)),
        (End::Open, Some(other)) => End::At(other),
        _ => end.clone(),
    }
}

fn earlier(end: &End, other: Option<Timestamp>) -> End {
    match (end, other) {
        (End::At(time), Some(other)) => End::At(*time.min(&other)),
        (End::Open, Some(other)) => End::At(other),
        _ => end.clone(),
    }
}

impl Side {
    fn new(is_legacy: bool, mut windows: Vec<Window>, problem: Option<String>) -> Self {
        let is_over = |window: &Window| match (&window.since, &window.until) {
            (End::At(since), End::At(until)) => since >= until,
            _ => false,
        };
        windows.retain(|window| !is_over(window));
        let mut exprs: Vec<Expr> = Vec::new();
        for window in &windows {
            if let Cond::Expr(expr) = &window.condition
                && !exprs.contains(expr)
            {
                exprs.push(expr.clone());
            }
        }
        Self {
            is_legacy,
            windows,
            exprs,
            problem,
        }
    }

    /// What it asks of an event at `time`.
    fn at(&self, time: Timestamp) -> Cond {
        let open = |window: &&Window| {
            let begun = !matches!(&window.since, End::At(since) if time < *since);
            let over = matches!(&window.until, End::At(until) if time >= *until);
            begun && !over
        };
        Cond::any(
            self.windows
                .iter()
                .filter(open)
                .map(|it| it.condition.clone()),
        )
    }

    /// Whether there is no time at which it finds anything.
    pub(super) fn is_never(&self) -> bool {
        self.windows.is_empty()
    }

    fn placeholders(&self) -> Vec<(&End, &End)> {
        let ends = self
            .windows
            .iter()
            .map(|window| (&window.since, &window.until));
        let is_placeholder = |end: &End| matches!(end, End::Placeholder(_));
        ends.filter(|(since, until)| is_placeholder(since) || is_placeholder(until))
            .collect()
    }
}

/// Cuts time at the bounds of both queries. Stretches with the same conditions are told once.
///
/// # Errors
/// Where the two have different placeholders for times.
pub(super) fn stretches(legacy: &Side, new: &Side) -> Result<Vec<Stretch>, String> {
    if legacy.placeholders() != new.placeholders() || legacy.placeholders().len() > 1 {
        return Err("the answer depends on times that are placeholders".to_owned());
    }
    let mut bounds: Vec<Timestamp> = legacy
        .windows
        .iter()
        .chain(&new.windows)
        .flat_map(|window| [&window.since, &window.until])
        .filter_map(|end| match end {
            End::At(time) => Some(*time),
            _ => None,
        })
        .collect();
    bounds.sort_unstable();
    bounds.dedup();
    let mut found: Vec<Stretch> = Vec::new();
    for time in moments(&bounds) {
        let (legacy, new) = (legacy.at(time), new.at(time));
        let told = |it: &Stretch| it.legacy == legacy && it.new == new;
        if !found.iter().any(told) {
            found.push(Stretch { time, legacy, new });
        }
    }
    Ok(found)
}

/// A moment in each stretch: a whole second where there is one.
fn moments(bounds: &[Timestamp]) -> Vec<Timestamp> {
    let second = SignedDuration::from_secs(1);
    let (Some(first), Some(last)) = (bounds.first(), bounds.last()) else {
        // Some day when there was only the Events API.
        return Timestamp::from_second(1_500_000_000).into_iter().collect();
    };
    let mut moments = Vec::new();
    moments.extend(first.checked_sub(second));
    for pair in bounds.windows(2) {
        let [from, to] = pair else { continue };
        let after = from.checked_add(second).ok().filter(|after| after < to);
        moments.push(after.unwrap_or(*from));
    }
    moments.extend(last.checked_add(second));
    moments
}

impl Cond {
    /// The condition as a filter; one that the language has no words for is spelled out.
    pub(super) fn to_expr(&self) -> Expr {
        let met: Expr = Comparison::present(query::path("legacyEventType")).into();
        let not_met = Expr::not(met.clone());
        match self {
            Self::Expr(expr) => expr.clone(),
            Self::Always => Expr::or([met.clone(), not_met]).unwrap_or(met),
            Self::Never => Expr::and([met.clone(), not_met]).unwrap_or(met),
        }
    }
}
