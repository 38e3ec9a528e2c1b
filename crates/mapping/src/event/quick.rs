//! The LogEvent of an event of the usual kind, put together from ready text.
//!
//! It is the text that [`super::log_event::write`] writes, null members included, or nothing:
//! where an event is not of the usual kind the other is to be used.

use std::net::IpAddr;

use ::uuid::Uuid;

use crate::json::{JsonError, Raw};

use super::leftover::{self, Placed};
use super::legacy::{Element, LegacyEvent, Parties};
use super::party::Party;
use super::read::Shape;
use super::template::{TypeText, UserAgentTemplate};

/// Who an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cast<'e, 'a> {
    /// The first actor that is no Client.
    pub(super) actor: Option<&'e Party<'a>>,
    /// The first actor that is a Client.
    pub(super) client: Option<&'e Party<'a>>,
    address: Option<(Raw<'a>, bool)>,
    actors: Kept,
}

/// What of a list of parties `legacyEvent` keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kept {
    /// Nothing: other places say all of it.
    Nothing,
    /// An entry for each party, of strings alone.
    Strings,
    /// Whatever it may be.
    #[default]
    Any,
}

/// Tells the parties of an event apart; `None` where they are not of the usual kind. `cast` must
/// be a new one.
#[inline]
pub(super) fn tell_apart<'e, 'a>(
    event: &'e LegacyEvent<'a>,
    shape: Shape,
    cast: &mut Cast<'e, 'a>,
) -> Option<()> {
    let known = [
        event.event_id,
        event.session_id,
        event.request_id,
        event.published,
        event.action.message,
        event.action.request_uri,
    ];
    if !shape.has_strings_only && !known.into_iter().all(absent_or_string) {
        return None;
    }
    let elements = match &event.actors {
        None => &[][..],
        Some(Parties::List(elements)) => elements.as_slice(),
        Some(Parties::Other(_)) => return None,
    };
    for element in elements {
        let Element::Party(party) = element else {
            return None;
        };
        let place = if party.is_client() {
            &mut cast.client
        } else {
            &mut cast.actor
        };
        if place.is_none() {
            if !shape.has_strings_only && !has_strings_only(party) {
                return None;
            }
            *place = Some(party);
        }
    }
    cast.address = cast.client.and_then(address);
    let told = match elements {
        [Element::Party(actor)] => actor.is_plain_actor(),
        [Element::Party(actor), Element::Party(_)] => {
            actor.is_plain_actor()
                && cast.client.is_some_and(|client| {
                    client.login.is_none()
                        && client.unknown.is_empty()
                        && (client.ip_address.is_none() || cast.address.is_some())
                        && [client.id, client.display_name, client.ip_address]
                            .iter()
                            .any(Option::is_some)
                })
        }
        _ => event.actors.is_none(),
    };
    let known = [cast.actor, cast.client];
    let known = known.iter().flatten();
    cast.actors = if told {
        Kept::Nothing
    } else if known.clone().count() == elements.len()
        && known.clone().all(|party| party.unknown.is_empty())
    {
        Kept::Strings
    } else {
        Kept::Any
    };
    Some(())
}

/// The address of a client, where it is one, and whether it is of version 4.
#[inline]
fn address<'a>(client: &Party<'a>) -> Option<(Raw<'a>, bool)> {
    let raw = client.ip_address?;
    if raw.escaped().is_some_and(is_usual_v4) {
        return Some((raw, true));
    }
    let (raw, address) = client.address()?;
    Some((raw, matches!(address, IpAddr::V4(_))))
}

/// Whether `text` is surely an address of version 4, to the letter.
#[inline]
fn is_usual_v4(text: &[u8]) -> bool {
    let (mut parts, mut value, mut digits) = (1, 0_u32, 0_u32);
    for byte in text {
        if byte.is_ascii_digit() {
            // `01` is none.
            if digits > 0 && value == 0 || digits == 3 {
                return false;
            }
            value = value.wrapping_mul(10).wrapping_add(u32::from(byte & 15));
            digits = digits.wrapping_add(1);
        } else if *byte == b'.' && digits > 0 && value <= 255 {
            parts = u32::wrapping_add(parts, 1);
            (value, digits) = (0, 0);
        } else {
            return false;
        }
    }
    parts == 4 && digits > 0 && value <= 255
}

#[inline]
fn absent_or_string(value: Option<Raw<'_>>) -> bool {
    value.is_none_or(Raw::is_string)
}

#[inline]
fn has_strings_only(party: &Party<'_>) -> bool {
    [
        party.id,
        party.object_type,
        party.display_name,
        party.login,
        party.ip_address,
    ]
    .into_iter()
    .all(absent_or_string)
}

/// What the writer is given beside the event.
#[derive(Debug)]
pub(super) struct Parts<'p, 'a> {
    pub(super) event: &'p LegacyEvent<'a>,
    pub(super) record: &'a str,
    pub(super) shape: Shape,
    pub(super) cast: &'p Cast<'p, 'a>,
    pub(super) text: &'p TypeText,
    pub(super) user_agent: Option<&'p UserAgentTemplate<'p>>,
    pub(super) uuid: Uuid,
    pub(super) published: Raw<'a>,
}

/// Appends each of its arguments, which are bytes.
macro_rules! put {
    ($out:expr, $($bytes:expr),+ $(,)?) => {{ $($out.extend_from_slice($bytes.as_ref());)+ }};
}

/// Appends a value, or `null`.
#[inline]
fn put_or_null(out: &mut Vec<u8>, record: &str, value: Option<Raw<'_>>) {
    match value {
        Some(value) => put_value(out, record, value),
        None => put!(out, b"null"),
    }
}

/// Appends a value of `record`, most often with some bytes too many that are cut off again: to
/// copy a fixed number takes a third of the time.
#[inline(always)]
fn put_value(out: &mut Vec<u8>, record: &str, value: Raw<'_>) {
    let len = value.bytes().len();
    let end = out.len().wrapping_add(len);
    // Of a value that is no part of the record this is past its end.
    let at = value
        .bytes()
        .as_ptr()
        .addr()
        .wrapping_sub(record.as_ptr().addr());
    let ahead = record.as_bytes().get(at..).unwrap_or_default();
    if let (true, Some(chunk)) = (len <= 32, ahead.first_chunk::<32>()) {
        out.extend_from_slice(chunk);
    } else if let (true, Some(chunk)) = (len <= 64, ahead.first_chunk::<64>()) {
        out.extend_from_slice(chunk);
    } else {
        out.extend_from_slice(value.bytes());
    }
    out.truncate(end);
}

/// Appends the LogEvent. Its published, actor and client must be of the usual kind.
///
/// # Errors
/// [`JsonError`] of a nested unknown attribute; `out` then holds a part.
pub(super) fn write(parts: &Parts<'_, '_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let (event, cast, text, record) = (parts.event, parts.cast, parts.text, parts.record);
    let mut targets = event.targets.iter().flat_map(Parties::parties).peekable();
    let actor = cast.actor.or_else(|| {
        cast.client?;
        targets.peek().copied()
    });
    match actor {
        Some(actor) => {
            if actor.has_empty_id() {
                put!(out, b"{\"actor\":{\"id\":\"unknown\",\"type\":");
            } else {
                put!(out, b"{\"actor\":{\"id\":");
                put_or_null(out, record, string(actor.id));
                put!(out, b",\"type\":");
            }
            write_names(record, actor, actor.actor_type(), out);
            put!(out, b",\"client\":{\"userAgent\":");
        }
        None => put!(out, b"{\"actor\":null,\"client\":{\"userAgent\":"),
    }
    write_client(parts, out);
    put!(
        out,
        b",\"geographicalContext\":null},\"device\":null,\"authenticationContext\":{\"authenticationProvider\":null,\
          \"credentialProvider\":null,\"credentialType\":null,\"issuer\":null,\"interface\":null,\
          \"authenticationStep\":0,\"externalSessionId\":"
    );
    put_or_null(out, record, event.session_id);
    put!(out, b"},\"displayMessage\":");
    put_or_null(out, record, event.action.message);
    put!(out, text.outcome);
    put_value(out, record, parts.published);
    put!(out, text.severity);
    if let Some(request_uri) = event.action.request_uri {
        put!(out, b"\"requestUri\":");
        put_value(out, record, request_uri);
        put!(out, b",");
    }
    put!(out, b"\"legacyEvent\":");
    write_leftover(parts, out)?;
    put!(out, b"}},\"legacyEventType\":");
    put_value(out, record, event.action.object_type);
    write_transaction(event, record, out);
    let mut uuid = Uuid::encode_buffer();
    let uuid = parts.uuid.hyphenated().encode_lower(&mut uuid);
    put!(out, b",\"detail\":{}},\"uuid\":\"", uuid);
    match cast.address {
        None => put!(
            out,
            b"\",\"version\":\"0\",\"request\":{\"ipChain\":[]},\"target\":"
        ),
        Some((address, is_v4)) => {
            put!(
                out,
                b"\",\"version\":\"0\",\"request\":{\"ipChain\":[{\"ip\":"
            );
            put_value(out, record, address);
            put!(out, b",\"geographicalContext\":null,\"version\":");
            put!(out, if is_v4 { b"\"V4\"" } else { b"\"V6\"" });
            put!(out, b",\"source\":null}]},\"target\":");
        }
    }
    let mut separator = b"[{\"id\":";
    for target in targets {
        put!(out, separator);
        put_or_null(out, record, string(target.id));
        put!(out, b",\"type\":");
        write_names(record, target, string(target.object_type), out);
        separator = b",{\"id\":";
    }
    let none = separator == b"[{\"id\":";
    out.extend_from_slice(if none { b"null}" } else { b"]}" });
    Ok(())
}

#[inline]
fn string(value: Option<Raw<'_>>) -> Option<Raw<'_>> {
    super::party::string(value)
}

#[inline]
fn write_names(record: &str, party: &Party<'_>, party_type: Option<Raw<'_>>, out: &mut Vec<u8>) {
    put_or_null(out, record, party_type);
    put!(out, b",\"alternateId\":");
    put_or_null(out, record, string(party.login));
    put!(out, b",\"displayName\":");
    put_or_null(out, record, string(party.display_name));
    put!(out, b",\"detailEntry\":null}");
}

#[inline]
fn write_client(parts: &Parts<'_, '_>, out: &mut Vec<u8>) {
    const NO_DEVICE: &[u8] = b",\"zone\":null,\"device\":null,\"id\":null,\"ipAddress\":";
    let client = parts.cast.client;
    let display_name = client.and_then(|client| client.display_name);
    match (client.and_then(|client| client.id), parts.user_agent) {
        (Some(raw), Some(user_agent)) => {
            put!(out, b"{\"rawUserAgent\":", raw.bytes(), user_agent.os);
            put_or_null(out, parts.record, display_name);
            put!(out, user_agent.device);
        }
        (raw, _) => {
            if raw.is_none() && display_name.is_none() {
                put!(out, b"null");
            } else {
                put!(out, b"{\"rawUserAgent\":");
                put_or_null(out, parts.record, raw);
                put!(out, b",\"os\":null,\"browser\":");
                put_or_null(out, parts.record, display_name);
                put!(out, b"}");
            }
            put!(out, NO_DEVICE);
        }
    }
    put_or_null(
        out,
        parts.record,
        parts.cast.address.map(|(address, _)| address),
    );
}

#[inline]
fn write_leftover(parts: &Parts<'_, '_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let event = parts.event;
    let targets = match &event.targets {
        None => Kept::Nothing,
        Some(Parties::List(elements)) if elements.is_empty() => Kept::Strings,
        Some(targets) if leftover::says_all_targets(targets) => Kept::Nothing,
        Some(_) => Kept::Any,
    };
    let actors = parts.cast.actors;
    let plain = actors != Kept::Any
        && (actors == Kept::Nothing || parts.shape.is_plain)
        && targets != Kept::Any
        && event.unknown.is_empty();
    let categories = match event.action.unknown.as_slice() {
        [] => None,
        [(name, value)]
            if plain && (parts.shape.has_plain_categories || is_list_of_strings(*value)) =>
        {
            Some((name, *value))
        }
        _ => return write_any_leftover(parts, out),
    };
    match event.event_id {
        Some(event_id) if plain => {
            put!(out, b"{\"eventId\":");
            put_value(out, parts.record, event_id);
        }
        _ => return write_any_leftover(parts, out),
    }
    if let Some((name, value)) = categories {
        put!(out, b",\"action\":{\"", name.as_bytes(), b"\":");
        put_value(out, parts.record, value);
        put!(out, b"}");
    }
    if actors == Kept::Strings {
        write_actors(parts, out);
    }
    if targets == Kept::Strings {
        put!(out, b",\"targets\":[]");
    }
    put!(out, b"}");
    Ok(())
}

/// Appends what `actor` and `client` do not say of the actors, which are these two at most.
#[inline(never)]
fn write_actors(parts: &Parts<'_, '_>, out: &mut Vec<u8>) {
    let actors = parts.event.actors.iter().flat_map(Parties::parties);
    put!(out, b",\"actors\":");
    let mut separator = b'[';
    for party in actors {
        out.push(separator);
        separator = b',';
        let (id, login, address) = if party.is_client() {
            let placed = parts.cast.address.is_some();
            (None, party.login, party.ip_address.filter(|_| !placed))
        } else {
            (
                party.id.filter(|_| party.has_empty_id()),
                None,
                party.ip_address,
            )
        };
        let before = out.len();
        for (name, value) in [
            (&b",\"id\":"[..], id),
            (b",\"objectType\":", party.object_type),
            (b",\"login\":", login),
            (b",\"ipAddress\":", address),
        ] {
            if let Some(value) = value {
                put!(out, name);
                put_value(out, parts.record, value);
            }
        }
        match out.get_mut(before) {
            Some(first) => *first = b'{',
            None => out.push(b'{'),
        }
        out.push(b'}');
    }
    if separator == b'[' {
        out.push(b'[');
    }
    out.push(b']');
}

#[cold]
fn write_any_leftover(parts: &Parts<'_, '_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let placed = Placed {
        published_normalised: false,
        browser_derived: false,
    };
    leftover::write(parts.event, parts.record, placed, out)
}

/// Whether `value` is a list of strings without white space between them and without escapes:
/// what copying keeps.
#[cold]
fn is_list_of_strings(value: Raw<'_>) -> bool {
    let Some(mut rest) = value.bytes().strip_prefix(b"[") else {
        return false;
    };
    while let Some(string) = rest.strip_prefix(b"\"") {
        let end = memchr::memchr2(b'"', b'\\', string);
        let Some(after) = end.and_then(|end| string.get(end..)?.strip_prefix(b"\"")) else {
            return false;
        };
        // `[1,]` is no JSON, so that a comma has a value behind it.
        rest = after.strip_prefix(b",").unwrap_or(after);
    }
    rest == b"]"
}

#[inline]
fn write_transaction(event: &LegacyEvent<'_>, record: &str, out: &mut Vec<u8>) {
    match event.action.request_uri {
        Some(uri) if uri.is("Background") => {
            put!(out, b",\"transaction\":{\"type\":\"JOB\",\"id\":")
        }
        uri if event.request_id.is_none() && uri.and_then(Raw::decode).is_none() => {
            put!(out, b",\"transaction\":{\"type\":null,\"id\":");
        }
        _ => put!(out, b",\"transaction\":{\"type\":\"WEB\",\"id\":"),
    }
    put_or_null(out, record, event.request_id);
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn what_is_a_usual_address_is_an_address() {
        let parts = [
            "", "0", "00", "01", "1", "99", "255", "256", "1000", "1.2", "a", " 1",
        ];
        for a in parts {
            for b in parts {
                for (c, d) in parts.iter().zip(parts.iter().rev()).chain([(&"2", &"3")]) {
                    let text = format!("{a}.{b}.{c}.{d}");
                    let usual = is_usual_v4(text.as_bytes());
                    assert_eq!(usual, text.parse::<Ipv4Addr>().is_ok(), "{text}");
                }
            }
        }
    }
}
