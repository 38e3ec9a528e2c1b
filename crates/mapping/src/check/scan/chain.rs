//! Strings that a program puts together: `"actor.id eq \"" + id + "\""`.

use std::ops::Range;

use super::family::Family;
use super::layer::Layer;
use super::lexer::Literal;
use super::text::{byte, byte_before, head, part, tail};

/// Stands for an expression.
const UNKNOWN: &str = "{}";

/// No more pieces than this are joined on either side.
const MOST: usize = 64;

/// The text that the literal at `index` is a part of.
pub(in crate::check) fn compose(
    text: &str,
    literals: &[Literal],
    index: usize,
    family: Family,
) -> Option<Layer> {
    let own = literals.get(index)?;
    let mut pieces = vec![Piece::Literal(own.clone())];
    if !own.inner.is_empty() && !spans_block(own) {
        let mut left = before(text, literals, index, family);
        left.reverse();
        left.append(&mut pieces);
        pieces = left;
        pieces.append(&mut after(text, literals, index, family));
    }
    let mut layer = Layer::default();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => literal.quoting.decode(text, literal.inner, &mut layer),
            Piece::Expression(place) => {
                layer.begin(None);
                layer.push(UNKNOWN, place);
            }
        }
    }
    Some(layer)
}

/// Blocks of lines are never joined to anything.
fn spans_block(literal: &Literal) -> bool {
    use super::quoting::Quoting;
    matches!(literal.quoting, Quoting::Block { .. } | Quoting::Plain)
}

enum Piece {
    Literal(Literal),
    Expression(Range<usize>),
}

impl Piece {
    fn range(&self) -> Range<usize> {
        match self {
            Self::Literal(literal) => literal.whole.clone(),
            Self::Expression(range) => range.clone(),
        }
    }
}

/// To a shell, what stands together without a blank is one word: `'…"'"$LOGIN"'"'`. Scripts
/// stand in files of other kinds as well, but there the same quote twice may be an escape.
fn is_one_word(own: &Literal, other: &Literal, text: &str, family: Family) -> bool {
    let quote = |literal: &Literal| byte_before(text, literal.whole.end);
    family == Family::Shell || quote(own) != quote(other)
}

fn has_scripts(family: Family) -> bool {
    matches!(family, Family::Shell | Family::Other | Family::Yaml)
}

/// The piece that goes on right where the one before ended at `at`.
fn glued_after(
    text: &str,
    at: usize,
    literals: &[Literal],
    index: usize,
    family: Family,
) -> Option<Piece> {
    if !has_scripts(family) {
        return None;
    }
    let own = literals.get(index)?;
    if let Some(next) = literals.get(index.saturating_add(1))
        && next.whole.start == at
        && !spans_block(next)
        && (own.whole.end != at || is_one_word(own, next, text, family))
    {
        return Some(Piece::Literal(next.clone()));
    }
    // `"… eq "$LOGIN""` leaves no quotes to the server: nothing to put together.
    let is_after_blank = own.whole.end == at && part(text, own.inner.clone()).ends_with(' ');
    let len = super::words::variable(tail(text, at));
    (len > 0 && !is_after_blank).then(|| Piece::Expression(at..at.saturating_add(len)))
}

/// The piece that ends right where the one after starts.
fn glued_before(
    text: &str,
    at: usize,
    literals: &[Literal],
    index: usize,
    family: Family,
) -> Option<Piece> {
    if !has_scripts(family) {
        return None;
    }
    let own = literals.get(index)?;
    if let Some(previous) = index.checked_sub(1).and_then(|it| literals.get(it))
        && previous.whole.end == at
        && !spans_block(previous)
        && (own.whole.start != at || is_one_word(own, previous, text, family))
    {
        return Some(Piece::Literal(previous.clone()));
    }
    let start = super::words::variable_before(text, at)?;
    Some(Piece::Expression(start..at))
}

/// The pieces after the literal at `index`.
fn after(text: &str, literals: &[Literal], index: usize, family: Family) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut index = index;
    let Some(own) = literals.get(index) else {
        return pieces;
    };
    let mut at = own.whole.end;
    while pieces.len() < MOST {
        if let Some(piece) = glued_after(text, at, literals, index, family) {
            if let Piece::Literal(_) = piece {
                index = index.saturating_add(1);
            }
            at = piece.range().end;
            pieces.push(piece);
            continue;
        }
        let (next, broken) = skip_space(text, at);
        let operator = operator_len(text, next);
        let start = skip_space(text, next.saturating_add(operator)).0;
        let literal = literals.get(index.saturating_add(1));
        let follows = literal.filter(|literal| literal.whole.start == start);
        if let Some(literal) = follows
            && (operator > 0 || (family == Family::Python && (broken || next > at)))
        {
            at = literal.whole.end;
            index = index.saturating_add(1);
            pieces.push(Piece::Literal(literal.clone()));
            continue;
        }
        if operator == 0 {
            break;
        }
        let end = expression_end(text, start, literals, &mut index);
        if end <= start {
            break;
        }
        pieces.push(Piece::Expression(start..end));
        at = end;
    }
    pieces
}

/// The pieces before the literal at `index`, nearest first.
fn before(text: &str, literals: &[Literal], index: usize, family: Family) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut index = index;
    let Some(own) = literals.get(index) else {
        return pieces;
    };
    let mut at = own.whole.start;
    while pieces.len() < MOST {
        if let Some(piece) = glued_before(text, at, literals, index, family) {
            if let Piece::Literal(_) = piece {
                index = index.saturating_sub(1);
            }
            at = piece.range().start;
            pieces.push(piece);
            continue;
        }
        let trimmed = trim_space(head(text, at));
        let operator = operator_len_before(text, trimmed);
        if operator == 0 {
            break;
        }
        let end = trim_space(head(text, trimmed.saturating_sub(operator)));
        let literal = index.checked_sub(1).and_then(|it| literals.get(it));
        if let Some(literal) = literal.filter(|literal| literal.whole.end == end) {
            index = index.saturating_sub(1);
            at = literal.whole.start;
            pieces.push(Piece::Literal(literal.clone()));
            continue;
        }
        let start = expression_start(text, end);
        if start >= end {
            break;
        }
        pieces.push(Piece::Expression(start..end));
        at = start;
        // A literal within the expression is no neighbour.
        while index > 0
            && literals
                .get(index.saturating_sub(1))
                .is_some_and(|it| it.whole.start >= start)
        {
            index = index.saturating_sub(1);
        }
    }
    pieces
}

/// The length of the operator that joins two strings, if one stands there.
fn operator_len(text: &str, at: usize) -> usize {
    let rest = tail(text, at);
    let next = byte(text, at.saturating_add(1));
    match byte(text, at) {
        b'+' if !matches!(next, b'+' | b'=') => 1,
        b'&' if matches!(next, b' ' | b'\t') => 1,
        b'.' if rest.starts_with("..") && !rest.starts_with("...") => 2,
        b'.' if matches!(next, b' ' | b'$' | b'"' | b'\'') => 1,
        _ => 0,
    }
}

fn operator_len_before(text: &str, end: usize) -> usize {
    let before = head(text, end);
    if before.ends_with("..") {
        2
    } else if before.ends_with('+') && !before.ends_with("++")
        || before.ends_with(" &")
        || before.ends_with(" .")
    {
        1
    } else {
        0
    }
}

/// White space, line breaks and the marks that carry a line on.
fn skip_space(text: &str, at: usize) -> (usize, bool) {
    let rest = tail(text, at);
    let blank = |it: char| it.is_whitespace() || matches!(it, '\\' | '_' | '`');
    let is_continuation = |rest: &str| {
        let skipped = rest
            .len()
            .saturating_sub(rest.trim_start_matches(blank).len());
        part(rest, 0..skipped).contains('\n')
    };
    let broken = is_continuation(rest);
    let left = if broken {
        rest.trim_start_matches(blank)
    } else {
        rest.trim_start_matches([' ', '\t'])
    };
    (text.len().saturating_sub(left.len()), broken)
}

fn trim_space(before: &str) -> usize {
    let trimmed = before.trim_end();
    let carried = trimmed.trim_end_matches(['\\', '_', '`']).trim_end();
    if part(before, trimmed.len()..before.len()).contains('\n') {
        carried.len()
    } else {
        trimmed.len()
    }
}

/// Where the expression at `start` ends: at the next operator outside of its brackets, or with
/// its statement.
fn expression_end(text: &str, start: usize, literals: &[Literal], index: &mut usize) -> usize {
    let mut at = start;
    let mut depth = 0_usize;
    loop {
        if let Some(literal) = literals.get(index.saturating_add(1))
            && literal.whole.start <= at
        {
            at = at.max(literal.whole.end);
            *index = index.saturating_add(1);
            continue;
        }
        match byte(text, at) {
            0 | b'\n' | b';' => break,
            b'(' | b'[' | b'{' => depth = depth.saturating_add(1),
            b')' | b']' | b'}' => {
                if depth == 0 {
                    break;
                }
                depth = depth.saturating_sub(1);
            }
            b',' if depth == 0 => break,
            b'+' | b'&' if depth == 0 => break,
            b'.' if depth == 0
                && byte_before(text, at) == b' '
                && byte(text, at.saturating_add(1)) == b' ' =>
            {
                break;
            }
            _ => {}
        }
        at = at.saturating_add(1);
    }
    head(text, at).trim_end().len().max(start)
}

/// Where the expression that ends at `end` starts.
fn expression_start(text: &str, end: usize) -> usize {
    let mut at = end;
    let mut depth = 0_usize;
    while at > 0 {
        match byte_before(text, at) {
            b'\n' | b';' | b'=' | b':' | b'"' | b'\'' | b'`' => break,
            b')' | b']' | b'}' => depth = depth.saturating_add(1),
            b'(' | b'[' | b'{' => {
                if depth == 0 {
                    break;
                }
                depth = depth.saturating_sub(1);
            }
            b',' | b'+' | b'&' | b' ' if depth == 0 => break,
            _ => {}
        }
        at = at.saturating_sub(1);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::lexer::literals;
    use super::*;

    #[test]
    fn pieces_come_together() {
        for (text, family, expected) in [
            (
                r#"f = 'actor.id eq "' + user + '" or target.id eq "' + user + '"'"#,
                Family::Code,
                r#"actor.id eq "{}" or target.id eq "{}""#,
            ),
            (
                "f = ('actor.id eq \"x\" '\n     'and target.id pr')",
                Family::Python,
                r#"actor.id eq "x" and target.id pr"#,
            ),
            (
                r#"u = base + "/events?filter=published%20gt%20%22" + URLEncoder.encode(startDate, "UTF-8") + "%22";"#,
                Family::Code,
                "{}/events?filter=published%20gt%20%22{}%22",
            ),
            (
                r#""published gt """ & since & """ and actor.id eq ""x""""#,
                Family::Other,
                r#"published gt "{}" and actor.id eq "x""#,
            ),
            (
                r#"curl --data-urlencode 'filter=actor.id eq "'"$LOGIN"'"' -G"#,
                Family::Shell,
                r#"filter=actor.id eq "$LOGIN""#,
            ),
            (
                r#"curl -d 'filter=actor.id eq "'$LOGIN'" and '"$REST" -G"#,
                Family::Other,
                r#"filter=actor.id eq "{}" and $REST"#,
            ),
            (
                r#"f="actor.id eq \""${LOGIN}"\" and ""target.id pr""#,
                Family::Shell,
                r#"actor.id eq "{}" and target.id pr"#,
            ),
        ] {
            let all = literals(text, family);
            let layer = compose(text, &all, 0, family).unwrap();
            assert_eq!(layer.text, expected, "{text}: {all:?}");
        }
    }
}
