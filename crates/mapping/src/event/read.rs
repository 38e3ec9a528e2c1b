//! A record of the usual kind becomes a legacy event in one pass over its text.
//!
//! The result is the same as that of [`LegacyEvent::read`], or `None`: then that is to be used,
//! and says what is wrong if anything is.

use std::borrow::Cow;

use crate::json::{Cursor, Raw};

use super::legacy::{
    ACTION, ACTORS, Action, EVENT_ID, Element, LegacyEvent, MESSAGE, PUBLISHED, Parties,
    REQUEST_ID, REQUEST_URI, SESSION_ID, TARGETS,
};
use super::party::{DISPLAY_NAME, ID, IP_ADDRESS, LOGIN, OBJECT_TYPE, Party, Unknown};

/// How many unknown attributes of one object are compared with each other.
const FEW: usize = 16;

const CATEGORIES: &str = "categories";

/// A party to be filled in place. A constant, so that it is copied from memory and not put
/// together beforehand.
const NEW: Element<'static> = Element::Party(Party {
    id: None,
    object_type: None,
    display_name: None,
    login: None,
    ip_address: None,
    unknown: Unknown::new(),
});

/// Lists of events that are done with, whose memory the next event uses.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    actors: Vec<Element<'static>>,
    targets: Vec<Element<'static>>,
    in_action: Unknown<'static>,
}

impl Scratch {
    /// Takes back what `event` was read into.
    pub(super) fn take_back(&mut self, event: &mut LegacyEvent<'_>) {
        if let Some(Parties::List(elements)) = &mut event.actors {
            self.actors = emptied(std::mem::take(elements), || NEW);
        }
        if let Some(Parties::List(elements)) = &mut event.targets {
            self.targets = emptied(std::mem::take(elements), || NEW);
        }
        let in_action = std::mem::take(&mut event.action.unknown);
        self.in_action = emptied(in_action, || (Cow::Borrowed(CATEGORIES), Raw::new("null")));
    }
}

/// An empty list for things of another lifetime, in the same memory.
fn emptied<T, U>(mut list: Vec<T>, any: impl Fn() -> U) -> Vec<U> {
    list.clear();
    // Collected in place, since the two are of one size.
    list.into_iter().map(|_| any()).collect()
}

/// What an event is like, beside what is in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// No string in it has escapes.
    pub(super) is_plain: bool,
    /// All that rules name are strings.
    pub(super) has_strings_only: bool,
    /// `action` has one attribute that no rule names: strings in a list, spelled as they are
    /// written.
    pub(super) has_plain_categories: bool,
}

/// Reads `record`, without white space around it, into `event`, which must be a new one.
///
/// All of it is filled in place: moving what was just written costs more than writing it.
pub(super) fn legacy_event<'a>(
    record: &'a str,
    scratch: &mut Scratch,
    event: &mut LegacyEvent<'a>,
) -> Option<Shape> {
    let mut cursor = Cursor::new(record);
    let mut has_action = false;
    let mut has_plain_categories = false;
    // What most events have, in their order: no key is looked up.
    event.event_id = cursor.usual(b"{\"eventId\":\"")?;
    let mut first = event.event_id.is_none();
    if !first {
        event.session_id = cursor.usual(b",\"sessionId\":\"")?;
        event.request_id = cursor.usual(b",\"requestId\":\"")?;
        event.published = cursor.usual(b",\"published\":\"")?;
        if cursor.starts(b",\"action\":") {
            has_action = true;
            event.action.unknown = std::mem::take(&mut scratch.in_action);
            has_plain_categories = cursor.aside(|it| read_action(it, &mut event.action))?;
        }
        if cursor.starts(b",\"actors\":") {
            let list = std::mem::take(&mut scratch.actors);
            cursor.aside(|it| read_parties(it, list, &mut event.actors))?;
        }
        if cursor.starts(b",\"targets\":") {
            let list = std::mem::take(&mut scratch.targets);
            cursor.aside(|it| read_parties(it, list, &mut event.targets))?;
        }
    }
    while let Some(key) = cursor.member(&mut first)? {
        let place = match key {
            EVENT_ID => &mut event.event_id,
            SESSION_ID => &mut event.session_id,
            REQUEST_ID => &mut event.request_id,
            PUBLISHED => &mut event.published,
            ACTION if has_action => return None,
            ACTION => {
                has_action = true;
                cursor.aside(|it| read_action(it, &mut event.action))?;
                continue;
            }
            ACTORS | TARGETS => {
                let place = if key == ACTORS {
                    &mut event.actors
                } else {
                    &mut event.targets
                };
                if place.is_some() {
                    return None;
                }
                cursor.aside(|it| read_parties(it, Vec::new(), place))?;
                continue;
            }
            _ => {
                cursor.aside(|it| push_unknown(key, it, &mut event.unknown))?;
                continue;
            }
        };
        cursor.aside(|it| fill(place, it))?;
    }
    (cursor.at_end() && has_action).then_some(Shape {
        is_plain: cursor.is_plain(),
        has_strings_only: cursor.has_strings_only(),
        has_plain_categories,
    })
}

/// Reads the value of an attribute that must not have come before.
fn fill<'a>(place: &mut Option<Raw<'a>>, cursor: &mut Cursor<'a>) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(cursor.named()?);
    Some(())
}

fn push_unknown<'a>(
    key: &'a str,
    cursor: &mut Cursor<'a>,
    unknown: &mut Unknown<'a>,
) -> Option<()> {
    if unknown.len() >= FEW || unknown.iter().any(|(other, _)| other == key) {
        return None;
    }
    unknown.push((Cow::Borrowed(key), cursor.value()?));
    Some(())
}

/// Says whether `categories` alone are unknown, and plain.
fn read_action<'a>(outer: &mut Cursor<'a>, action: &mut Action<'a>) -> Option<bool> {
    let mut cursor = outer.clone();
    action.message = cursor.usual(b"{\"message\":\"")?;
    let mut first = action.message.is_none();
    let mut object_type = None;
    let mut plain = false;
    if !first {
        if cursor.starts(b",\"categories\":") {
            let mut aside = cursor.clone();
            let value = match aside.plain_strings() {
                Some(value) => {
                    plain = true;
                    cursor = aside;
                    value
                }
                None => cursor.value()?,
            };
            action.unknown.push((Cow::Borrowed(CATEGORIES), value));
        }
        object_type = cursor.usual(b",\"objectType\":\"")?;
        action.request_uri = cursor.usual(b",\"requestUri\":\"")?;
    }
    while let Some(key) = cursor.member(&mut first)? {
        let place = match key {
            MESSAGE => &mut action.message,
            OBJECT_TYPE => &mut object_type,
            REQUEST_URI => &mut action.request_uri,
            _ => {
                cursor.aside(|it| push_unknown(key, it, &mut action.unknown))?;
                continue;
            }
        };
        cursor.aside(|it| fill(place, it))?;
    }
    *outer = cursor;
    action.object_type = object_type?;
    // No type, an empty one, or one that is no string or no Unicode text, is a reject.
    let text = action.object_type.escaped()?;
    let unescaped = outer.is_plain() || !text.contains(&b'\\');
    (!text.is_empty() && unescaped).then_some(plain && action.unknown.len() == 1)
}

fn read_parties<'a>(
    outer: &mut Cursor<'a>,
    mut elements: Vec<Element<'a>>,
    parties: &mut Option<Parties<'a>>,
) -> Option<()> {
    let mut cursor = outer.clone();
    if cursor.peek()? != b'[' {
        *parties = Some(Parties::Other(cursor.value()?));
        *outer = cursor;
        return Some(());
    }
    let mut more = !cursor.opens_empty(b'[', b']')?;
    while more {
        if cursor.peek()? == b'{' {
            elements.push(NEW);
            let Some(Element::Party(party)) = elements.last_mut() else {
                return None;
            };
            cursor.aside(|it| read_party(it, party))?;
        } else {
            elements.push(Element::Other(cursor.value()?));
        }
        more = cursor.goes_on(b']')?;
    }
    *outer = cursor;
    *parties = Some(Parties::List(elements));
    Some(())
}

#[inline(always)]
fn read_party<'a>(outer: &mut Cursor<'a>, party: &mut Party<'a>) -> Option<()> {
    let mut cursor = outer.clone();
    party.id = cursor.usual(b"{\"id\":\"")?;
    let mut first = party.id.is_none();
    if !first {
        party.display_name = cursor.usual(b",\"displayName\":\"")?;
        party.login = cursor.usual(b",\"login\":\"")?;
        party.ip_address = cursor.usual(b",\"ipAddress\":\"")?;
        party.object_type = cursor.usual(b",\"objectType\":\"")?;
    }
    while let Some(key) = cursor.member(&mut first)? {
        let place = match key {
            ID => &mut party.id,
            DISPLAY_NAME => &mut party.display_name,
            LOGIN => &mut party.login,
            IP_ADDRESS => &mut party.ip_address,
            OBJECT_TYPE => &mut party.object_type,
            _ => {
                cursor.aside(|it| push_unknown(key, it, &mut party.unknown))?;
                continue;
            }
        };
        cursor.aside(|it| fill(place, it))?;
    }
    *outer = cursor;
    Some(())
}
