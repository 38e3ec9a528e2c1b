//! Hostile sizes: an answer, quickly, and no crash.

#![allow(
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "tests state what must hold"
)]

use std::time::{Duration, Instant};

use events2logs_filter::{Limits, SyntaxErrorKind, parse, parse_within};

/// The stack that rayon and the test harness give a thread.
const STACK: usize = 2 << 20;

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK);
    thread
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("no panic");
}

fn first_kind(text: &str, limits: Limits) -> SyntaxErrorKind {
    let started = Instant::now();
    let errors = parse_within(text, limits).expect_err("too much");
    // Generous: this is an unoptimised build on a busy machine.
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    errors.errors()[0].kind
}

#[test]
fn deep_nesting() {
    let limit = Limits::default().max_depth;
    for (open, close) in [
        ("(", ")"),
        ("not (", ")"),
        ("not ", ""),
        ("a pr&(", ")"),
        ("! ", ""),
    ] {
        let text = format!("{}a pr{}", open.repeat(100_000), close.repeat(100_000));
        let errors = parse(&text).expect_err("too deep");
        let deep = errors
            .errors()
            .iter()
            .any(|e| e.kind == SyntaxErrorKind::TooDeep { limit });
        assert!(deep, "{open}: {errors}");
        assert!(errors.errors().len() <= 64);
    }
}

#[test]
fn the_limit_itself_is_allowed() {
    for limit in [0, 1, 2, Limits::DEEPEST, usize::MAX] {
        let limits = Limits {
            max_depth: limit,
            ..Limits::default()
        };
        let most = limit.min(Limits::DEEPEST);
        let nested = |depth: usize| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
        assert!(parse_within(&nested(most), limits).is_ok());
        assert_eq!(
            first_kind(&nested(most + 1), limits),
            SyntaxErrorKind::TooDeep { limit: most },
        );
    }
}

#[test]
fn the_deepest_tree_fits_a_small_stack() {
    on_a_small_stack(|| {
        let limits = Limits {
            max_depth: Limits::DEEPEST,
            ..Limits::default()
        };
        let text = format!(
            "{}a pr{}",
            "a pr or b pr and not (".repeat(Limits::DEEPEST),
            ")".repeat(Limits::DEEPEST),
        );
        let filter = parse_within(&text, limits).expect("just deep enough");
        let copy = filter.clone();
        assert_eq!(copy.to_string(), text);
        assert_eq!(copy, filter);
        assert_eq!(
            filter.matches(&serde_json::json!({"b": 1})),
            Some(Limits::DEEPEST % 2 == 1)
        );
        assert!(!format!("{filter:?}").is_empty());
        let simple = copy.expr.simplify();
        assert_eq!(
            simple.map_comparisons(Into::into).comparisons().count(),
            2 * Limits::DEEPEST + 1
        );
    });
}

#[test]
fn ten_megabytes_are_refused_unread() {
    let text = "(".repeat(10 << 20);
    let started = Instant::now();
    let errors = parse(&text).expect_err("too long");
    assert!(started.elapsed() < Duration::from_secs(1));
    let expected = SyntaxErrorKind::TooLong {
        bytes: 10 << 20,
        limit: 1 << 20,
    };
    assert_eq!(errors.errors()[0].kind, expected);
    assert_eq!(
        errors.errors()[0].message(),
        "the filter has 10485760 bytes, more than the 1048576 that are read"
    );
}

#[test]
fn a_large_filter_is_read() {
    let text = vec!["a eq \"x\""; 60_000].join(" or ");
    let filter = parse(&text).expect("long, but in order");
    assert_eq!(filter.to_string(), text);
}

/// Long texts, each of which would be slow to read if some step
/// looked ahead without bound.
#[test]
fn nothing_takes_quadratic_time() {
    let limits = Limits::default();
    for piece in [
        "{",
        "${",
        "$(",
        "(",
        "[",
        "\"",
        "'",
        "“",
        "\\\"",
        "\"\"a",
        "a ",
        "a eq ",
        "a eq (",
        "a in [",
        "a eq \"x\" ",
        "not ",
        "and ",
        "= ",
        "<a",
        "%(",
        "\"a and b eq \"",
        "a[",
        "x,",
        "'a' ",
        "a eq b c ",
        "\"a” ",
        "\\",
        "a eq null ",
        "a eq 1 or 2 ",
        "\t",
        "a.",
    ] {
        let text = piece.repeat(limits.max_bytes / 4 / piece.len());
        first_kind(&text, limits);
    }
}
