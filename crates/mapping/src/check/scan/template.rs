//! Terraform's templates: strings with strings in them.

use std::ops::Range;

use super::family::Family;
use super::lexer::{Literal, quoted};
use super::quoting::Quoting;
use super::text::{byte, byte_before, line_end};

/// Terraform's `"…${f("…")}…"`: the pieces of the template, and the literals in between. Gives
/// its end, or `None` where no quote stands within.
pub(super) fn interpolated(
    text: &str,
    here: usize,
    depth: usize,
    found: &mut Vec<Literal>,
) -> Option<usize> {
    /// No longer one, and none that nests deeper, is read.
    const MOST: usize = 4096;
    const DEEPEST: usize = 4;
    let line = line_end(text, here).min(text.floor_char_boundary(here.saturating_add(MOST)));
    let count = found.len();
    let (mut start, mut at) = (here.saturating_add(1), here.saturating_add(1));
    let mut opens = here;
    let mut braces = 0_usize;
    let mut has_quotes = false;
    while at < line && depth < DEEPEST {
        let next = byte(text, at.saturating_add(1));
        let mut piece = |inner: Range<usize>, end: usize| {
            found.push(Literal {
                whole: opens..end,
                inner,
                quoting: Quoting::backslash('"'),
            });
        };
        match (byte(text, at), braces) {
            (b'\\', 0) => at = at.saturating_add(1),
            (b'"', 0) => {
                let end = at.saturating_add(1);
                piece(start..at, end);
                if !has_quotes {
                    break;
                }
                return Some(end);
            }
            (b'$' | b'%', 0) if next == b'{' && byte_before(text, at) != byte(text, at) => {
                piece(start..at, at);
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
                let end = interpolated(text, at, depth.saturating_add(1), found).or_else(|| {
                    let literal = quoted(text, at, Family::Hcl)?;
                    let end = literal.whole.end;
                    found.push(literal);
                    Some(end)
                });
                let Some(end) = end else { break };
                at = end.saturating_sub(1);
            }
            _ => {}
        }
        at = at.saturating_add(1);
    }
    found.truncate(count);
    None
}

#[cfg(test)]
mod tests {
    use super::super::layer::Layer;
    use super::super::lexer::literals;
    use super::*;

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
