//! The canonical form: one space between words, words in lower case, the
//! fewest parentheses, the fewest escapes.

use std::fmt::{self, Write};

use crate::tree::{Comparison, Expr, ExprKind, Filter, Test};
use crate::value::Value;

/// How tightly an expression holds together; one that binds less than its
/// place asks for needs parentheses.
const fn binding(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::Or(_) => 1,
        ExprKind::And(_) => 2,
        ExprKind::Not(_) | ExprKind::Comparison(_) | ExprKind::Placeholder(_) => 3,
    }
}

fn write_expr(f: &mut fmt::Formatter<'_>, expr: &Expr, least: u8) -> fmt::Result {
    if binding(&expr.kind) < least {
        f.write_char('(')?;
        write_expr(f, expr, 0)?;
        return f.write_char(')');
    }
    match &expr.kind {
        ExprKind::Comparison(comparison) => write!(f, "{comparison}"),
        ExprKind::Placeholder(placeholder) => write!(f, "{placeholder}"),
        ExprKind::Not(inner) => {
            // The parentheses belong to `not` itself.
            f.write_str("not (")?;
            write_expr(f, inner, 0)?;
            f.write_char(')')
        }
        // An `and` within an `and` is the same `and`: no parentheses.
        ExprKind::And(terms) => write_terms(f, terms, " and ", 2),
        ExprKind::Or(terms) => write_terms(f, terms, " or ", 1),
    }
}

fn write_terms(
    f: &mut fmt::Formatter<'_>,
    terms: &[Expr],
    separator: &str,
    least: u8,
) -> fmt::Result {
    for (place, term) in terms.iter().enumerate() {
        if place > 0 {
            f.write_str(separator)?;
        }
        write_expr(f, term, least)?;
    }
    Ok(())
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_expr(f, &self.expr, 0)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_expr(f, self, 0)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.test)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => f.write_str("pr"),
            Self::Value(operator, value) => write!(f, "{operator} {value}"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => write_string(f, text),
            Self::Number(number) => f.write_str(number.as_str()),
            Self::Boolean(boolean) => write!(f, "{boolean}"),
            Self::Placeholder(placeholder) => write!(f, "{placeholder}"),
        }
    }
}

/// Escapes what JSON requires to be escaped, and nothing else.
fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            c if c < ' ' => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
