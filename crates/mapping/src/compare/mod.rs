//! Whether two queries find the same events: a proof, or an event that tells them apart.
//!
//! A legacy query is first put into words of the System Log, by `legacyEventType`, which is exact.
//! Then both are asked about every legacy event type: the tables say which eventType, outcome and
//! severity an event of that type has. Times are cut at the bounds of both queries, and each
//! stretch is decided by itself.

pub(crate) mod schema;
mod sides;
mod witness;

use events2logs_filter::Expr;
use events2logs_filter::decide::{
    Constancy, Decider, Difference, Effort, Group, Part, Satisfiability, Undecided, Witness,
    constancy,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::query::QueryError;
pub use crate::query::UNLISTED;
use crate::tables::Tables;

use schema::{Universe, World};
use sides::{Side, Stretch, stretches};

/// How a new query stands to a legacy one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// They find the same events.
    Equivalent,
    /// The new one finds all that the legacy one does, and more.
    Wider,
    /// The new one finds only some of what the legacy one does.
    Narrower,
    /// Each finds events that the other does not.
    Different,
    /// There is no answer; the reason says why.
    Undecided,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [
        Self::Equivalent,
        Self::Wider,
        Self::Narrower,
        Self::Different,
        Self::Undecided,
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Wider => "wider",
            Self::Narrower => "narrower",
            Self::Different => "different",
            Self::Undecided => "undecided",
        }
    }

    fn of(added: Option<bool>, dropped: Option<bool>) -> Self {
        match (added, dropped) {
            (Some(true), Some(true)) => Self::Different,
            (Some(true), Some(false)) => Self::Wider,
            (Some(false), Some(true)) => Self::Narrower,
            (Some(false), Some(false)) => Self::Equivalent,
            _ => Self::Undecided,
        }
    }
}

/// Which of the two queries finds an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Finds {
    /// The legacy query only.
    Legacy,
    /// The new query only.
    New,
}

/// An event that tells the two queries apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TellTale {
    /// Which query finds it.
    #[serde(rename = "matches")]
    pub finds: Finds,
    /// The legacy event, where it is one that the Events API could have had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_event: Option<Value>,
    /// The LogEvent.
    pub log_event: Value,
}

/// The legacy types that come in or drop out; a type that is in no table is
/// [`UNLISTED`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LegacyTypes {
    /// Found by the new query only, some of their events at least.
    pub added: Vec<String>,
    /// Found by the legacy query only, some of their events at least.
    pub dropped: Vec<String>,
}

/// What a comparison says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// How the new query stands to the legacy one.
    pub verdict: Verdict,
    /// The legacy types concerned; none where the first query is not a legacy one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_types: Option<LegacyTypes>,
    /// At most one for each direction.
    pub witnesses: Vec<TellTale>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What else there is to know, such as a filter that never matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// How to compare.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The time to count default windows back from; without it, a query without a lower bound has
    /// none.
    pub now: Option<Timestamp>,
    /// How much work an answer may take.
    pub effort: Effort,
}

/// Compares a legacy query (or a System Log query) with a System Log query; each a filter, a
/// query string, a URL or a `curl` command.
///
/// # Errors
/// [`CompareError`] where either cannot be read.
pub fn compare(
    legacy: &str,
    new: &str,
    tables: &Tables,
    options: Options,
) -> Result<Comparison, CompareError> {
    // Each question has the effort for itself.
    let all = Effort { steps: u64::MAX };
    let mut decider = Decider::new(tables.known().schema(), all);
    compare_by(&mut decider, legacy, new, tables, options)
}

/// As [`compare`], for many pairs that share an effort: each question takes at most that of
/// `options`, all together at most what the decider has.
///
/// # Errors
/// [`CompareError`] where either cannot be read.
pub(crate) fn compare_by<'t>(
    decider: &mut Decider<'t>,
    legacy: &str,
    new: &str,
    tables: &'t Tables,
    options: Options,
) -> Result<Comparison, CompareError> {
    let left = sides::first(legacy, tables, options.now).map_err(CompareError::Legacy)?;
    let right = sides::second(new, tables, options.now).map_err(CompareError::New)?;
    Ok(Comparer::new(decider, tables, options, &left).run(&left, &right))
}

/// Whether a single query depends on the event at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Single {
    /// No event meets it.
    Never(Cause),
    /// Every event meets it.
    Always(Cause),
    /// Some events meet it and others do not.
    Varies,
    /// There is no answer.
    Undecided {
        /// Why.
        reason: String,
    },
}

/// The smallest part of a filter that makes all of it never or always met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The part.
    pub part: String,
    /// Whether the part itself is always met; else it never is.
    pub part_always: bool,
}

impl Cause {
    fn of(part: &Part) -> Self {
        Self {
            part: part.expr.to_string(),
            part_always: part.always,
        }
    }

    /// The cause in words.
    #[must_use]
    pub fn words(&self) -> String {
        let met = if self.part_always { "always" } else { "never" };
        format!("{} {met} matches", self.part)
    }
}

/// Tells whether the filter of one query can be met, and whether it can fail to be; a legacy
/// filter is read in words of the System Log. Without a filter every event meets it.
///
/// # Errors
/// [`QueryError`] where it cannot be read.
pub fn single(query: &str, tables: &Tables, options: Options) -> Result<Single, QueryError> {
    let side = sides::first(query, tables, options.now)?;
    if let Some(reason) = side.problem {
        return Ok(Single::Undecided { reason });
    }
    if side.is_never() {
        return Ok(Single::Never(Cause {
            part: "its window".to_owned(),
            part_always: false,
        }));
    }
    let universe = Universe::new(tables, false);
    let of = |expr: &Expr| match constancy(expr, universe.schema(), options.effort) {
        Constancy::Never(part) => Single::Never(Cause::of(&part)),
        Constancy::Always(part) => Single::Always(Cause::of(&part)),
        Constancy::Varies => Single::Varies,
        Constancy::Undecided(reason) => Single::Undecided {
            reason: reason.to_string(),
        },
    };
    let all: Vec<Single> = side.exprs.iter().map(of).collect();
    // Of several windows, the first answer that is more than "varies".
    let told = all.into_iter().find(|it| *it != Single::Varies);
    Ok(told.unwrap_or(Single::Varies))
}

/// Which of two queries cannot be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// The first.
    #[error("the legacy query: {0}")]
    Legacy(QueryError),
    /// The second.
    #[error("the new query: {0}")]
    New(QueryError),
}

struct Comparer<'d, 't> {
    decider: &'d mut Decider<'t>,
    tables: &'t Tables,
    effort: Effort,
    universe: Universe<'t>,
    added: Found<'t>,
    dropped: Found<'t>,
    undecided: Option<String>,
}

/// What was found in one direction.
#[derive(Default)]
struct Found<'t> {
    types: Vec<&'t str>,
    witness: Option<TellTale>,
    undecided: bool,
}

impl<'d, 't> Comparer<'d, 't> {
    fn new(
        decider: &'d mut Decider<'t>,
        tables: &'t Tables,
        options: Options,
        left: &Side,
    ) -> Self {
        Self {
            decider,
            tables,
            effort: options.effort,
            universe: Universe::new(tables, left.is_legacy),
            added: Found::default(),
            dropped: Found::default(),
            undecided: None,
        }
    }

    fn run(mut self, left: &Side, right: &Side) -> Comparison {
        let notes = self.constancies(left, right);
        if let Some(reason) = left.problem.as_ref().or(right.problem.as_ref()) {
            return self.answer(left.is_legacy, notes, Some(reason.clone()));
        }
        match stretches(left, right) {
            Ok(stretches) => {
                for stretch in &stretches {
                    self.stretch(stretch);
                }
                self.answer(left.is_legacy, notes, None)
            }
            Err(reason) => self.answer(left.is_legacy, notes, Some(reason)),
        }
    }

    fn answer(self, is_legacy: bool, notes: Vec<String>, reason: Option<String>) -> Comparison {
        let known = |found: &Found<'_>| match (&found.witness, found.undecided) {
            (Some(_), _) => Some(true),
            (None, true) => None,
            (None, false) => Some(false),
        };
        let verdict = match &reason {
            Some(_) => Verdict::Undecided,
            None => Verdict::of(known(&self.added), known(&self.dropped)),
        };
        let names = |found: &Found<'_>| {
            let mut types: Vec<String> = found.types.iter().map(|&it| it.to_owned()).collect();
            types.sort();
            types.dedup();
            types
        };
        Comparison {
            verdict,
            legacy_types: is_legacy.then(|| LegacyTypes {
                added: names(&self.added),
                dropped: names(&self.dropped),
            }),
            reason: reason.or(self.undecided.filter(|_| verdict == Verdict::Undecided)),
            witnesses: [self.dropped.witness, self.added.witness]
                .into_iter()
                .flatten()
                .collect(),
            notes,
        }
    }

    /// Decides one stretch of time.
    fn stretch(&mut self, stretch: &Stretch) {
        let (legacy, new) = (stretch.legacy.to_expr(), stretch.new.to_expr());
        if legacy == new {
            return;
        }
        let worlds = self.universe.listed();
        let groups = self
            .decider
            .at_most(self.effort, |it| it.compare_worlds(&new, &legacy, worlds));
        for group in groups {
            self.group(&group, stretch, &legacy, &new);
        }
        if let Some(unlisted) = self.universe.unlisted() {
            // Such an event has its legacy type for its eventType.
            let (legacy, new) = (
                schema::by_legacy_type(&legacy),
                schema::by_legacy_type(&new),
            );
            let difference = self
                .decider
                .at_most(self.effort, |it| it.compare_in(&new, &legacy, unlisted));
            let world = World {
                names: vec![UNLISTED],
                is_unlisted: true,
            };
            self.difference(&difference, &world, stretch, &legacy, &new);
        }
    }

    fn group(&mut self, group: &Group, stretch: &Stretch, legacy: &Expr, new: &Expr) {
        let world = self.universe.world(&group.worlds);
        self.difference(&group.difference, &world, stretch, legacy, new);
    }

    fn difference(
        &mut self,
        difference: &Difference,
        world: &World<'t>,
        stretch: &Stretch,
        legacy: &Expr,
        new: &Expr,
    ) {
        let directions = [
            (Finds::New, &difference.left_only),
            (Finds::Legacy, &difference.right_only),
        ];
        for (finds, side) in directions {
            let witness = match side {
                Satisfiability::Unsat => continue,
                Satisfiability::Sat(witness) => {
                    self.tell_tale(finds, witness, world, stretch, legacy, new)
                }
                Satisfiability::Undecided(reason) => Err(reason.to_string()),
            };
            let found = match finds {
                Finds::New => &mut self.added,
                Finds::Legacy => &mut self.dropped,
            };
            match witness {
                Ok(witness) => {
                    found.types.extend(&world.names);
                    found.witness.get_or_insert(witness);
                }
                Err(reason) => {
                    found.undecided = true;
                    self.undecided.get_or_insert(reason);
                }
            }
        }
    }

    /// Makes a whole event of a witness, and asks the evaluator once more.
    fn tell_tale(
        &self,
        finds: Finds,
        witness: &Witness,
        world: &World<'t>,
        stretch: &Stretch,
        legacy: &Expr,
        new: &Expr,
    ) -> Result<TellTale, String> {
        let agrees = |log_event: &Value| {
            let expected = finds == Finds::New;
            new.matches(log_event) == Some(expected) && legacy.matches(log_event) == Some(!expected)
        };
        let made = witness::event(
            witness.event(),
            world.is_unlisted,
            stretch.time,
            self.tables,
            agrees,
        );
        let (legacy_event, log_event) = made.ok_or_else(|| {
            Undecided::Disagreement {
                event: witness.event().to_string(),
            }
            .to_string()
        })?;
        Ok(TellTale {
            finds,
            legacy_event: legacy_event.filter(|_| self.universe.is_legacy()),
            log_event,
        })
    }

    /// Says where a filter matches always or never, and which part of it is the cause.
    fn constancies(&mut self, left: &Side, right: &Side) -> Vec<String> {
        let sides = [("the legacy query", left), ("the new query", right)];
        let mut notes = Vec::new();
        for (name, side) in sides {
            for expr in &side.exprs {
                let (part, met) = match self.decider.at_most(self.effort, |it| it.constancy(expr)) {
                    Constancy::Never(part) => (part, "never"),
                    Constancy::Always(part) => (part, "always"),
                    Constancy::Varies | Constancy::Undecided(_) => continue,
                };
                let cause = Cause::of(&part).words();
                notes.push(format!("{name} {met} matches: {cause}"));
            }
        }
        notes
    }
}
