//! Which events can meet a filter, and whether two filters are met by the
//! same ones: a proof, or an event that shows it.
//!
//! ```
//! use events2logs_filter::decide::{Constancy, Effort, Relation, Schema, compare, constancy};
//! use events2logs_filter::{AttributePath, parse};
//!
//! // Events have any number of targets, and one of everything else.
//! let schema = Schema::new().array(&AttributePath::parse("target")?);
//! let effort = Effort::default();
//!
//! let old = parse(r#"not (outcome.result ne "SUCCESS")"#)?.expr;
//! let new = parse(r#"outcome.result eq "SUCCESS""#)?.expr;
//! let difference = compare(&old, &new, &schema, effort);
//! assert_eq!(difference.relation(), Relation::Wider);
//! // An event without an outcome meets the old one only.
//! let witness = difference.left_only.witness().unwrap();
//! assert_eq!(*witness.event(), serde_json::json!({}));
//!
//! let both = parse(r#"outcome.result eq "SUCCESS" and outcome.result eq "FAILURE""#)?.expr;
//! assert!(matches!(constancy(&both, &schema, effort), Constancy::Never(_)));
//! let targets = parse(r#"target.id eq "A" and target.id eq "B""#)?.expr;
//! assert_eq!(constancy(&targets, &schema, effort), Constancy::Varies);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is decided
//!
//! The meaning is exactly that of [`Expr::matches`](crate::Expr::matches), over
//! all events that a [`Schema`] allows: it says where arrays are, and which
//! values an attribute may have. An attribute outside arrays has one value or
//! none; one within arrays any number of them. Any attribute may be absent
//! unless the schema says otherwise. Attributes are independent of each other,
//! except that [`World`]s may fix several together.
//!
//! Numbers are those that an event can hold, doubles and integers of 64 bits:
//! between two neighbours there is nothing.
//!
//! # How
//!
//! The filters become a formula over their comparisons, which a solver for
//! propositional logic takes on. For each solution, each attribute is asked for
//! a value (or several) by which its comparisons hold and fail as the solution
//! has it. A string is looked for by walking automata, one for each comparison,
//! shortest first; numbers and booleans by trying the few that matter; dates
//! on the clock of each offset. Where there is no value, the smallest set of
//! comparisons that excludes it becomes a clause, and the solver goes on. So
//! "none" is a proof. An event is given out only once the evaluator agrees.
//!
//! The event has the fewest attributes possible. Its values are short, though
//! not always the shortest possible of all.
//!
//! # Where there is no answer
//!
//! See [`Undecided`]: too much work ([`Effort`]), such as odd demands on the
//! text of a date that may have any offset ([`Kind::UtcDate`] is easier);
//! placeholders; attributes that lie within each other in unusual ways.
//!
//! A value that is or holds a placeholder stands for some value, the same
//! wherever the same comparison stands. What is proved holds whatever is filled
//! in. An event that shows a difference has the placeholder's own text for the
//! value: one way of filling it in for which the difference shows.

mod assign;
mod decider;
mod drafts;
mod effort;
mod event;
mod formula;
mod layout;
mod number;
mod parts;
mod question;
mod sat;
mod scene;
mod schema;
mod text;
mod values;
mod witness;
mod worlds;

use crate::tree::Expr;

use effort::Budget;
use question::{Question, Size};

pub use decider::Decider;
pub use effort::{Effort, Undecided};
pub use parts::{Constancy, Part};
pub use schema::{Domain, Kind, Schema};
pub use witness::Witness;
pub use worlds::World;

/// Whether there is an event of some description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Satisfiability {
    /// There is: this one.
    Sat(Witness),
    /// There is none.
    Unsat,
    /// No answer.
    Undecided(Undecided),
}

impl Satisfiability {
    /// The event, if there is one.
    #[must_use]
    pub const fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Sat(witness) => Some(witness),
            Self::Unsat | Self::Undecided(_) => None,
        }
    }

    fn of(answer: Result<Option<Witness>, Undecided>) -> Self {
        match answer {
            Ok(Some(witness)) => Self::Sat(witness),
            Ok(None) => Self::Unsat,
            Err(reason) => Self::Undecided(reason),
        }
    }
}

/// How the events of two filters, a left and a right one, differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Is there an event that meets the left filter only?
    pub left_only: Satisfiability,
    /// Is there an event that meets the right filter only?
    pub right_only: Satisfiability,
}

/// How the left filter stands to the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The same events meet both.
    Equivalent,
    /// What meets the right one meets the left one, and more does.
    Wider,
    /// What meets the left one meets the right one, and more does.
    Narrower,
    /// Each is met by an event that does not meet the other.
    Different,
    /// One of the two questions has no answer; the other may have one.
    Undecided,
}

impl Difference {
    /// How the left filter stands to the right one.
    #[must_use]
    pub const fn relation(&self) -> Relation {
        use Satisfiability::{Sat, Undecided, Unsat};
        match (&self.left_only, &self.right_only) {
            (Undecided(_), _) | (_, Undecided(_)) => Relation::Undecided,
            (Unsat, Unsat) => Relation::Equivalent,
            (Sat(_), Unsat) => Relation::Wider,
            (Unsat, Sat(_)) => Relation::Narrower,
            (Sat(_), Sat(_)) => Relation::Different,
        }
    }
}

/// Worlds that two filters do not tell apart, and how the filters differ there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The worlds, by their place in the list given.
    pub worlds: Vec<usize>,
    /// How the filters differ in each of them; the events are of the first.
    pub difference: Difference,
}

/// Whether some event meets `expr`: the smallest.
#[must_use]
pub fn satisfiable(expr: &Expr, schema: &Schema, effort: Effort) -> Satisfiability {
    let mut budget = Budget::new(effort);
    let question = Question::new([expr], []);
    Satisfiability::of(question.answer(schema, None, Size::Small, &mut budget))
}

/// How the events that meet `left` and `right` differ.
///
/// To ask it only of events that meet a third filter, join that to both.
#[must_use]
pub fn compare(left: &Expr, right: &Expr, schema: &Schema, effort: Effort) -> Difference {
    let mut budget = Budget::new(effort);
    Sides::new(left, right).difference(schema, None, &mut budget)
}

/// How `left` and `right` differ in one world.
///
/// With it, an event of any world in a [`Group`] can be had.
#[must_use]
pub fn compare_in(
    left: &Expr,
    right: &Expr,
    schema: &Schema,
    world: &World,
    effort: Effort,
) -> Difference {
    Decider::new(schema, effort).compare_in(left, right, world)
}

/// How `left` and `right` differ in each world: one answer for all worlds that
/// they do not tell apart, in the order of the first of each.
///
/// The effort is for all of it.
#[must_use]
pub fn compare_worlds(
    left: &Expr,
    right: &Expr,
    schema: &Schema,
    worlds: &[World],
    effort: Effort,
) -> Vec<Group> {
    Decider::new(schema, effort).compare_worlds(left, right, worlds)
}

/// Whether `expr` is met by every event or by none, and the smallest part of
/// it that makes it so.
#[must_use]
pub fn constancy(expr: &Expr, schema: &Schema, effort: Effort) -> Constancy {
    Decider::new(schema, effort).constancy(expr)
}

/// The parts of `expr` that every event meets, or none does, though `expr`
/// itself may well vary: `b or (a eq "1" and a eq "2")`. Of parts within parts
/// only the outermost.
///
/// # Errors
/// Where a part cannot be decided.
pub fn constant_parts(
    expr: &Expr,
    schema: &Schema,
    effort: Effort,
) -> Result<Vec<Part>, Undecided> {
    Decider::new(schema, effort).constant_parts(expr)
}

/// The two questions that make a comparison.
struct Sides {
    left_only: Question,
    right_only: Question,
}

impl Sides {
    fn new(left: &Expr, right: &Expr) -> Self {
        Self {
            left_only: Question::new([left], [right]),
            right_only: Question::new([right], [left]),
        }
    }

    fn difference(
        &self,
        schema: &Schema,
        world: Option<&World>,
        budget: &mut Budget,
    ) -> Difference {
        let mut side = |question: &Question| {
            Satisfiability::of(question.answer(schema, world, Size::Small, budget))
        };
        Difference {
            left_only: side(&self.left_only),
            right_only: side(&self.right_only),
        }
    }
}
