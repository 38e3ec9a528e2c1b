//! Terraform's templates: strings with strings in them.

use std::ops::Range;

use super::lexer::Literal;
use super::quoting::Quoting;
use super::text::{byte, byte_before, line_end};

/// No longer template, and none that nests deeper, is read.
const MOST: usize = 4096;
const DEEPEST: usize = 4;

/// The pieces of `"…${f("…")}…"`, and the literals in between. Gives its end, or `None` where no
/// quote stands within.
pub(super) fn interpolated(text: &str, here: usize, found: &mut Vec<Literal>) -> Option<usize> {
    let count = found.len();
    let limit = line_end(text, here).min(text.floor_char_boundary(here.saturating_add(MOST)));
    match read(text, here..limit, 0, found) {
        Some((end, true)) => Some(end),
        _ => {
            found.truncate(count);
            None
        }
    }
}

/// Reads one string; tells its end, and whether there are strings in it.
fn read(
    text: &str,
    within: Range<usize>,
    depth: usize,
    found: &mut Vec<Literal>,
) -> Option<(usize, bool)> {
    let (here, limit) = (within.start, within.end);
    let count = found.len();
    let literal = |whole: Range<usize>, inner: Range<usize>| Literal {
        whole,
        inner,
        quoting: Quoting::backslash('"'),
    };
    let (mut opens, mut start) = (here, here.saturating_add(1));
    let mut at = start;
    let mut braces = 0_usize;
    let mut has_quotes = false;
    while at < limit && depth < DEEPEST {
        let next = byte(text, at.saturating_add(1));
        match (byte(text, at), braces) {
            (b'\\', 0) => at = at.saturating_add(1),
            (b'"', 0) => {
                let end = at.saturating_add(1);
                if !has_quotes {
                    found.truncate(count);
                    (opens, start) = (here, here.saturating_add(1));
                }
                found.push(literal(opens..end, start..at));
                return Some((end, has_quotes));
            }
            (b'$' | b'%', 0) if next == b'{' && byte_before(text, at) != byte(text, at) => {
                found.push(literal(opens..at, start..at));
                braces = 1;
                at = at.saturating_add(1);
            }
            (b'{', 1..) => braces = braces.saturating_add(1),
            (b'}', 1..) => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    opens = at.saturating_add(1);
                    start = opens;
                }
            }
            (b'"', _) => {
                has_quotes = true;
                // What never closes is no template at all, or this would take long.
                let (end, _) = read(text, at..limit, depth.saturating_add(1), found)?;
                at = end.saturating_sub(1);
            }
            _ => {}
        }
        at = at.saturating_add(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::family::Family;
    use super::super::layer::Layer;
    use super::super::lexer::literals;

    fn decoded(text: &str) -> Vec<String> {
        literals(text, Family::Hcl)
            .into_iter()
            .map(|literal| {
                let mut layer = Layer::default();
                literal.quoting.decode(text, literal.inner, &mut layer);
                layer.text
            })
            .collect()
    }

    #[test]
    fn templates_within_templates() {
        let text = r#"u = "/logs?a=${f(var.x)}&b=${f("eventType eq \"x\"")}" # "c""#;
        let filter = r#"eventType eq "x""#;
        assert_eq!(decoded(text), ["/logs?a=", "&b=", filter, "", "c"]);
        assert_eq!(decoded(r#"u = "a${x}b""#), ["a${x}b"]);
        assert_eq!(decoded(r#"u = "a${"b"#), ["a${"]);
    }
}
