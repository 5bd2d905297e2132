#pragma once
// Patterns of single values: dates, addresses, tags. Each takes valid UTF-8 and answers yes or no. Pure.

#include <string_view>

namespace hansa::protocol::shapes {

/// http or https, a host, no spaces, no user part; at most 2048 bytes are looked at elsewhere.
bool is_url(std::string_view text);
bool is_https_url(std::string_view text);
bool is_email(std::string_view text);
/// E.164: + and 7 to 15 digits.
bool is_phone(std::string_view text);
/// BCP 47 in its usual letter case: lv, nb, zh-Hant, sr-Latn-RS, lls.
bool is_language(std::string_view text);
/// EDTF level 0: YYYY, YYYY-MM or YYYY-MM-DD of the calendar, from the year 1000 on.
bool is_date(std::string_view text);
bool is_full_date(std::string_view text);
/// YYYY-MM-DDTHH:MM or with :SS, no zone.
bool is_local_time(std::string_view text);
/// A date or a local time.
bool is_event_time(std::string_view text);
/// RFC 3339 in UTC: YYYY-MM-DDTHH:MM:SS(.fraction)Z.
bool is_instant(std::string_view text);
/// start/end, or start/ and start/.. for an open end; end not before start.
bool is_period(std::string_view text);
/// Whether the end lies before the start, each, a date or local time, taken as widely as its precision
/// allows.
bool ends_before(std::string_view start, std::string_view end);
/// Optional minus, no leading zeros, at most 15 digits before and `places` after the point.
bool is_decimal(std::string_view text, unsigned places);
bool is_nuts(std::string_view text);
bool is_lau(std::string_view text);
/// Lowercase letters, digits and single hyphens.
bool is_slug(std::string_view text);
/// The form of an IANA zone name; the zone itself is not looked up.
bool is_timezone(std::string_view text);
bool is_media_type(std::string_view text);
/// 10.REGISTRANT/SUFFIX, without a resolver's address before it.
bool is_doi(std::string_view text);
/// 10 or 13 digits, hyphens or spaces between them, with the right check digit.
bool is_isbn(std::string_view text);

/// first.last@…, also with names between: probably a person's own address. Names of duties (info.riga@…) do
/// not count.
bool looks_like_person(std::string_view email);
bool is_free_mail(std::string_view email);
/// Prose that holds an e-mail address, or a phone number in international form.
bool mentions_email(std::string_view prose);
bool mentions_phone(std::string_view prose);

}  // namespace hansa::protocol::shapes
