//! An actor or a target of a legacy event.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::json::{JsonError, Members, Raw};

/// Attributes that no rule names, with their decoded keys.
pub(super) type Unknown<'a> = Vec<(Cow<'a, str>, Raw<'a>)>;

/// An actor or a target, each attribute the text it came as.
#[derive(Debug, Default)]
pub(super) struct Party<'a> {
    pub(super) id: Option<Raw<'a>>,
    pub(super) object_type: Option<Raw<'a>>,
    pub(super) display_name: Option<Raw<'a>>,
    pub(super) login: Option<Raw<'a>>,
    pub(super) ip_address: Option<Raw<'a>>,
    pub(super) unknown: Unknown<'a>,
}

/// The names of a party's attributes in a legacy event.
pub(super) const ID: &str = "id";
pub(super) const OBJECT_TYPE: &str = "objectType";
pub(super) const DISPLAY_NAME: &str = "displayName";
pub(super) const LOGIN: &str = "login";
pub(super) const IP_ADDRESS: &str = "ipAddress";

impl<'a> Party<'a> {
    /// Reads an object.
    pub(super) fn parse(text: &'a str) -> Result<Self, JsonError> {
        let mut party = Self::default();
        for (key, value) in Members::parse(text)? {
            let place = match key.as_ref() {
                ID => &mut party.id,
                OBJECT_TYPE => &mut party.object_type,
                DISPLAY_NAME => &mut party.display_name,
                LOGIN => &mut party.login,
                IP_ADDRESS => &mut party.ip_address,
                _ => {
                    party.unknown.push((key, value));
                    continue;
                }
            };
            *place = Some(value);
        }
        Ok(party)
    }

    /// Whether it is the Client of an event, rather than who acted.
    #[inline]
    pub(super) fn is_client(&self) -> bool {
        self.object_type.is_some_and(|it| it.is("Client"))
    }

    /// Whether its id is that of a system principal.
    #[inline]
    pub(super) fn has_system_id(&self) -> bool {
        self.id.is_some_and(|id| id.starts_with("spr"))
    }

    /// `type` of the LogEvent's actor: a User with a system principal's id is a
    /// SystemPrincipal there (facts: "a system principal").
    pub(super) fn actor_type(&self) -> Option<Raw<'a>> {
        let is_user = || self.object_type.is_some_and(|it| it.is("User"));
        if self.has_system_id() && is_user() {
            Some(Raw::new("\"SystemPrincipal\""))
        } else {
            string(self.object_type)
        }
    }

    /// The address, where it is one.
    pub(super) fn address(&self) -> Option<(Raw<'a>, IpAddr)> {
        let raw = self.ip_address?;
        let address = raw.decode()?.parse().ok()?;
        Some((raw, address))
    }

    /// Whether `actor` says all of it, so that nothing has to be kept aside.
    #[inline]
    pub(super) fn is_plain_actor(&self) -> bool {
        let says_system = || self.object_type.is_some_and(|it| it.is("SystemPrincipal"));
        let ambiguous_type = self.has_system_id() && says_system();
        self.is_plain_target()
            && !self.is_client()
            && !self.has_empty_id()
            && !ambiguous_type
            && [self.id, self.object_type, self.display_name, self.login]
                .iter()
                .any(Option::is_some)
    }

    /// Whether `client` says all of it; `browser_derived` if its browser is not its
    /// displayName.
    pub(super) fn is_plain_client(&self, browser_derived: bool) -> bool {
        self.is_client()
            && !browser_derived
            && self.login.is_none()
            && self.unknown.is_empty()
            && is_text(self.id)
            && is_text(self.display_name)
            && (self.ip_address.is_none() || self.address().is_some())
            && [self.id, self.display_name, self.ip_address]
                .iter()
                .any(Option::is_some)
    }

    /// Whether an element of `target` says all of it.
    #[inline]
    pub(super) fn is_plain_target(&self) -> bool {
        self.unknown.is_empty()
            && self.ip_address.is_none()
            && [self.id, self.object_type, self.display_name, self.login]
                .into_iter()
                .all(is_text)
    }

    /// Whether its id is `""`.
    pub(super) fn has_empty_id(&self) -> bool {
        self.id.and_then(Raw::escaped).is_some_and(<[u8]>::is_empty)
    }
}

/// The value, if it is a string: only strings are placed, all else is kept aside.
pub(super) fn string(value: Option<Raw<'_>>) -> Option<Raw<'_>> {
    value.filter(|value| value.is_string())
}

/// Whether the value is absent or a string.
fn is_text(value: Option<Raw<'_>>) -> bool {
    value.is_none_or(Raw::is_string)
}
