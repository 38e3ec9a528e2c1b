//! What LogEvents have in common, as text made once: all of a type, and all of a user agent.

use hashbrown::HashMap;

use crate::json::Raw;
use crate::tables::{EventType, UserAgent};

use super::log_event::{Derived, type_text};
use super::write::ObjectWriter;

/// How many messages are remembered for a type whose reason depends on them.
const MESSAGES: usize = 1024;

/// A longer message is not remembered.
const MESSAGE_LEN: usize = 256;

/// The text of a LogEvent between the values that each event has of its own.
#[derive(Debug, Default)]
pub(super) struct TypeText {
    /// From after `displayMessage` to before `published`: eventType and outcome.
    pub(super) outcome: Vec<u8>,
    /// From after `published` into `debugData`: severity.
    pub(super) severity: Vec<u8>,
}

/// What is remembered of a legacy event type.
#[derive(Debug)]
pub(super) struct TypeTemplate<'t> {
    pub(super) row: &'t EventType,
    /// The one text, unless the message matters.
    text: Option<TypeText>,
    by_message: HashMap<Box<str>, TypeText>,
}

impl<'t> TypeTemplate<'t> {
    pub(super) fn new(row: &'t EventType) -> Self {
        Self {
            row,
            text: None,
            by_message: HashMap::new(),
        }
    }

    /// The text for an event with `message`, where it is remembered.
    #[inline]
    pub(super) fn text(&self, message: Option<Raw<'_>>) -> Option<&TypeText> {
        match (&self.text, message) {
            (Some(text), _) => Some(text),
            (None, Some(message)) => self.by_message.get(message.text()),
            (None, None) => None,
        }
    }

    /// Remembers the text for events like one of type `object_type`, with `message`; `depends`
    /// if another message makes another text.
    pub(super) fn remember(
        &mut self,
        object_type: Raw<'_>,
        message: Option<Raw<'_>>,
        depends: bool,
        derived: &Derived<'_>,
    ) {
        let text = || type_text(object_type, message, derived);
        if !depends {
            self.text = Some(text());
        } else if let Some(message) = message.filter(|it| it.text().len() <= MESSAGE_LEN) {
            if self.by_message.len() >= MESSAGES {
                self.by_message.clear();
            }
            self.by_message.insert(message.text().into(), text());
        }
    }
}

/// Writes members as they stand between others: with a comma before them, and none around.
pub(super) fn members(out: &mut Vec<u8>, write: impl FnOnce(&mut ObjectWriter<'_>)) {
    let start = out.len();
    write(&mut ObjectWriter::open(out, false));
    if let Some(open) = out.get_mut(start) {
        *open = b',';
    }
}

/// What is remembered of a raw user agent.
#[derive(Debug)]
pub(super) struct UserAgentTemplate<'t> {
    pub(super) found: UserAgent<'t>,
    /// From after `rawUserAgent` to before `browser`.
    pub(super) os: Vec<u8>,
    /// From after `browser` to before `ipAddress`.
    pub(super) device: Vec<u8>,
}

impl<'t> UserAgentTemplate<'t> {
    pub(super) fn new(found: UserAgent<'t>) -> Self {
        let (mut os, mut device) = (Vec::new(), Vec::new());
        members(&mut os, |object| object.string("os", found.os));
        os.extend_from_slice(b",\"browser\":");
        device.push(b'}');
        members(&mut device, |object| {
            object.null("zone");
            object.string("device", found.device);
            object.null("id");
        });
        device.extend_from_slice(b",\"ipAddress\":");
        Self { found, os, device }
    }
}
