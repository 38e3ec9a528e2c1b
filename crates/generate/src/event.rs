//! One event after the other.

use std::io::Write as _;

use crate::pools::{FAILURES, Kind, kinds, user_agents};
use crate::random::Random;

/// Midnight of 2018-01-01, in seconds.
const START: u64 = 1_514_764_800;

/// Makes events, one after the other, and with them the quirks of real archives.
///
/// Of a thousand events: 40 are of a background job (a system principal and a Client without
/// id), 10 are failed sign-ins with a Client only, 10 have no Client, 3 have a third actor, 3
/// have the Client first, 1 has an attribute that nobody knows, 1 another spelling of its time,
/// 5 a message with escapes, 30 a name that is not ASCII, 40 no targets, 20 an empty sessionId,
/// 10 none, 10 an IPv6 address, 1 a type that no table knows; and one of 20,000 is cut off.
#[derive(Debug)]
pub struct Events {
    random: Random,
    kinds: Vec<Kind>,
    user_agents: Vec<(String, &'static str)>,
    /// Milliseconds since 1970.
    now: u64,
}

impl Events {
    /// Events that are the same for the same `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            kinds: kinds(),
            user_agents: user_agents(),
            now: START.saturating_mul(1000),
        }
    }

    /// Appends one event, on one line.
    pub fn append(&mut self, out: &mut Vec<u8>) {
        let before = out.len();
        self.event(out);
        if self.random.below(20_000) == 0 {
            let half = out.len().saturating_sub(before) / 2;
            out.truncate(before.saturating_add(half));
        }
    }

    fn event(&mut self, out: &mut Vec<u8>) {
        self.now = self
            .now
            .saturating_add(self.random.below(5).saturating_mul(1000));
        let background = self.random.happens(40);
        let client_only = !background && self.random.happens(10);
        let user = self.random.below(5000);

        out.extend_from_slice(b"{\"eventId\":\"tev");
        self.random.id(22, out);
        write(out, format_args!("{}\"", self.now));
        match self.random.below(1000) {
            0..=9 => {}
            10..=29 => text(out, ",\"sessionId\":\"\""),
            _ => {
                text(out, ",\"sessionId\":\"");
                text(out, if user.is_multiple_of(2) { "102" } else { "trs" });
                self.random.id(22, out);
                text(out, "\"");
            }
        }
        text(out, ",\"requestId\":\"");
        self.random.id(27, out);
        text(out, "\",\"published\":\"");
        self.published(out);
        self.action(background, client_only, user, out);
        self.actors(background, client_only, user, out);
        self.targets(client_only, user, out);
        if self.random.happens(1) {
            text(out, ",\"exported\":{\"by\":\"siem\",\"shard\":[1,2]}");
        }
        text(out, "}");
    }

    fn published(&mut self, out: &mut Vec<u8>) {
        let seconds = self.now / 1000;
        let (date, time) = (civil(seconds / 86_400), seconds % 86_400);
        write(
            out,
            format_args!(
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                date.0,
                date.1,
                date.2,
                time / 3600,
                time / 60 % 60,
                time % 60
            ),
        );
        text(
            out,
            if self.random.happens(1) {
                "Z\""
            } else {
                ".000Z\""
            },
        );
    }

    fn action(&mut self, background: bool, client_only: bool, user: u64, out: &mut Vec<u8>) {
        // The fourth of the frequent ones is the failed sign-in.
        let kind = if client_only {
            self.kinds.get(3)
        } else {
            self.random.pick_early(&self.kinds)
        };
        let Some(kind) = kind else { return };
        let failed = kind.legacy_event_type == "core.user_auth.login_failed";
        text(out, ",\"action\":{\"message\":\"");
        if client_only {
            write(
                out,
                format_args!("Sign-in Failed - Unknown User 'user{user}@example.com'"),
            );
        } else if failed {
            text(
                out,
                self.random
                    .pick_early(FAILURES)
                    .copied()
                    .unwrap_or_default(),
            );
        } else {
            text(out, kind.message);
            if self.random.happens(5) {
                text(out, " \\\"Everyone in Caf\\u00e9\\\"");
            }
        }
        text(out, "\",\"categories\":[");
        if client_only || !self.random.happens(150) {
            write(out, format_args!("\"{}\"", kind.category));
        }
        if client_only {
            text(out, ",\"Suspicious Activity\"");
        }
        text(out, "],\"objectType\":\"");
        if self.random.happens(1) {
            text(out, "app.acme_internal.custom_event");
        } else {
            text(out, &kind.legacy_event_type);
        }
        text(out, "\",\"requestUri\":\"");
        text(
            out,
            if background {
                "Background"
            } else {
                kind.request_uri
            },
        );
        text(out, "\"}");
    }

    fn actors(&mut self, background: bool, client_only: bool, user: u64, out: &mut Vec<u8>) {
        text(out, ",\"actors\":[");
        if background {
            text(out, "{\"id\":\"spr");
            write(out, format_args!("{:017}", user % 7));
            text(
                out,
                "\",\"objectType\":\"User\"},{\"ipAddress\":\"\",\"objectType\":\"Client\"}]",
            );
            return;
        }
        let client_first = self.random.happens(3);
        if client_only || client_first {
            self.client(user, out);
        }
        if !client_only {
            text(out, if client_first { "," } else { "" });
            self.user(user, out);
            if !client_first && !self.random.happens(10) {
                text(out, ",");
                self.client(user, out);
            }
            if self.random.happens(3) {
                text(out, ",");
                self.user(user.saturating_add(1), out);
            }
        }
        text(out, "]");
    }

    fn user(&mut self, user: u64, out: &mut Vec<u8>) {
        write(
            out,
            format_args!("{{\"id\":\"00u{user:017}\",\"displayName\":\""),
        );
        if user.is_multiple_of(33) {
            write(out, format_args!("Zo\u{eb} M\u{fc}ller {user}"));
        } else {
            write(out, format_args!("Sample User {user}"));
        }
        write(
            out,
            format_args!(
                "\",\"login\":\"sample.user{user}@example.com\",\"objectType\":\"User\"}}"
            ),
        );
    }

    fn client(&mut self, user: u64, out: &mut Vec<u8>) {
        let Some((agent, browser)) = self.random.pick_early(&self.user_agents) else {
            return;
        };
        write(
            out,
            format_args!("{{\"id\":\"{agent}\",\"displayName\":\"{browser}\",\"ipAddress\":\""),
        );
        if user % 100 == 99 {
            write(out, format_args!("2001:db8::{user:x}"));
        } else {
            let net = ["192.0.2", "198.51.100", "203.0.113"];
            let net = self.random.pick(&net).copied().unwrap_or_default();
            write(out, format_args!("{net}.{}", user % 250));
        }
        text(out, "\",\"objectType\":\"Client\"}");
    }

    fn targets(&mut self, client_only: bool, user: u64, out: &mut Vec<u8>) {
        text(out, ",\"targets\":[");
        if client_only {
            text(out, "{\"id\":\"\",\"objectType\":\"User\"}");
        } else if !self.random.happens(40) {
            if self.random.happens(600) {
                let app = self.random.below(80);
                write(
                    out,
                    format_args!(
                        "{{\"id\":\"0oa{app:017}\",\"displayName\":\"Acme Application Number {app}\",\"objectType\":\"AppInstance\"}},"
                    ),
                );
            }
            self.user(user, out);
        }
        text(out, "]");
    }
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant's algorithm).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days.saturating_add(719_468);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = day
        .saturating_sub(day / 1460)
        .saturating_add(day / 36_524)
        .saturating_sub(day / 146_096)
        / 365;
    let before = year
        .saturating_mul(365)
        .saturating_add(year / 4)
        .saturating_sub(year / 100);
    let day = day.saturating_sub(before);
    let shifted = day.saturating_mul(5).saturating_add(2) / 153;
    let first = shifted.saturating_mul(153).saturating_add(2) / 5;
    let month = if shifted < 10 {
        shifted.saturating_add(3)
    } else {
        shifted.saturating_sub(9)
    };
    let year = year
        .saturating_add(era.saturating_mul(400))
        .saturating_add(u64::from(month <= 2));
    (year, month, day.saturating_sub(first).saturating_add(1))
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn write(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // A vector takes all there is.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let archive = |seed| {
            let mut out = Vec::new();
            let counts = crate::ndjson(seed, 100_000, &mut out).unwrap();
            assert_eq!(counts.0, out.len() as u64);
            assert!((100_000..102_000).contains(&out.len()));
            out
        };
        assert_eq!(archive(7), archive(7));
        assert_ne!(archive(7), archive(8));
    }

    #[test]
    fn events_are_json_of_the_usual_size_and_their_times_go_on() {
        let mut events = Events::new(1);
        let (mut bytes, mut broken, mut last) = (0, 0, String::new());
        for _ in 0..20_000 {
            let mut out = Vec::new();
            events.append(&mut out);
            bytes += out.len();
            let Ok(event) = serde_json::from_slice::<serde_json::Value>(&out) else {
                broken += 1;
                continue;
            };
            let published = event.get("published").unwrap().as_str().unwrap().to_owned();
            assert!(
                published.get(..19) >= last.get(..19),
                "{published} after {last}"
            );
            last = published;
        }
        assert!((820..920).contains(&(bytes / 20_000)), "{}", bytes / 20_000);
        assert!(broken < 5, "{broken}");
    }

    #[test]
    fn days_are_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(17_531), (2017, 12, 31));
        assert_eq!(civil(18_321), (2020, 2, 29));
    }
}
