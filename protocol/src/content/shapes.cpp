#include "content/shapes.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace hansa::protocol::shapes {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_alpha(char c) { return is_lower(c) || is_upper(c); }
bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }

template <class Predicate>
bool all(std::string_view text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

/// Cuts off what stands before the separator, or everything.
std::string_view take(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const auto head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return head;
}

std::optional<int> number(std::string_view digits, std::size_t width) {
  if (digits.size() != width || !all(digits, is_digit)) return std::nullopt;
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  bool dot = false;
  while (!host.empty()) {
    dot = dot || host.find('.') != std::string_view::npos;
    const auto label = take(host, '.');
    const auto allowed = [](char c) { return is_alnum(c) || c == '-' || (c & 0x80) != 0; };
    if (label.size() > 63 || !all(label, allowed) || label.front() == '-' || label.back() == '-')
      return false;
  }
  return dot;
}

bool is_url_after_scheme(std::string_view rest) {
  const auto end = rest.find_first_of("/?#");
  auto authority = rest.substr(0, end);
  const auto colon = authority.find(':');
  if (colon != std::string_view::npos) {
    const auto port = authority.substr(colon + 1);
    if (port.size() > 5 || !all(port, is_digit)) return false;
    authority = authority.substr(0, colon);
  }
  if (!is_host(authority)) return false;
  const auto path = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
  return path.find_first_of(" <>\"{}|\\^`\n") == std::string_view::npos;
}

/// The widest first or last day a date of any precision stands for, as YYYY-MM-DD.
std::string first_day(std::string_view date) {
  std::string day(date.substr(0, 10));
  if (day.size() == 4) day += "-01";
  if (day.size() == 7) day += "-01";
  return day;
}
std::string last_day(std::string_view date) {
  std::string day(date.substr(0, 10));
  if (day.size() == 4) day += "-12";
  if (day.size() == 7) day += "-31";  // compared as text, so the true length of the month does not matter
  return day;
}

/// The time of day of a local time; seconds that were not said are none.
std::string to_seconds(std::string_view time) {
  std::string text(time.substr(11));
  if (text.size() == 5) text += ":00";
  return text;
}

constexpr int year_min = 1000;  // what is earlier is a slip of the pen

constexpr std::array<std::string_view, 30> duty_words = {
    "info",         "office",         "contact",     "kontakt",     "press",        "help",
    "hotline",      "integration",    "integracija", "support",     "service",      "admin",
    "mail",         "post",           "registry",    "team",        "project",      "welcome",
    "centre",       "center",         "centrs",      "biuras",      "koordinators", "koordinatorius",
    "koordinaator", "koordinaattori", "coordinator", "koordinator", "neuvonta",     "kirjaamo"};

constexpr std::array<std::string_view, 16> free_mail_domains = {
    "gmail.com",  "googlemail.com", "outlook.com",    "hotmail.com", "live.com", "yahoo.com",
    "icloud.com", "proton.me",      "protonmail.com", "inbox.lv",    "mail.ee",  "mail.ru",
    "yandex.ru",  "inbox.lt",       "luukku.com",     "gmx.com"};

bool is_email_char(char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '+'; }

}  // namespace

bool is_url(std::string_view text) {
  if (text.starts_with("http://")) return is_url_after_scheme(text.substr(7));
  return is_https_url(text);
}

bool is_https_url(std::string_view text) {
  return text.starts_with("https://") && is_url_after_scheme(text.substr(8));
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
  const auto local = text.substr(0, at);
  if (!all(local, is_email_char) || local.front() == '.' || local.back() == '.') return false;
  if (local.find("..") != std::string_view::npos) return false;
  return is_host(text.substr(at + 1));
}

bool is_phone(std::string_view text) {
  if (text.size() < 8 || text.size() > 16 || text[0] != '+' || text[1] == '0') return false;
  return all(text.substr(1), is_digit);
}

bool is_language(std::string_view text) {
  if (text.empty() || text.size() > 35 || text.back() == '-') return false;
  const auto primary = take(text, '-');
  if (primary.size() < 2 || primary.size() > 3 || !all(primary, is_lower)) return false;
  enum { script, region, variant } next = script;
  while (!text.empty()) {
    const auto part = take(text, '-');
    const bool title = part.size() == 4 && is_upper(part[0]) && all(part.substr(1), is_lower);
    const bool area = (part.size() == 2 && all(part, is_upper)) || (part.size() == 3 && all(part, is_digit));
    const bool other = part.size() >= 4 && part.size() <= 8 &&
                       all(part, [](char c) { return is_lower(c) || is_digit(c); }) &&
                       (part.size() > 4 || is_digit(part[0]));
    if (title && next == script) {
      next = region;
    } else if (area && next != variant) {
      next = variant;
    } else if (other) {
      next = variant;
    } else {
      return false;
    }
  }
  return true;
}

bool is_date(std::string_view text) {
  const auto year = number(text.substr(0, 4), 4);
  if (!year || *year < year_min) return false;
  if (text.size() == 4) return true;
  if (text.size() < 7 || text[4] != '-') return false;
  const auto month = number(text.substr(5, 2), 2);
  if (!month || *month < 1 || *month > 12) return false;
  if (text.size() == 7) return true;
  return is_full_date(text);
}

bool is_full_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = number(text.substr(0, 4), 4);
  const auto month = number(text.substr(5, 2), 2);
  const auto day = number(text.substr(8, 2), 2);
  if (!year || !month || !day || *year < year_min) return false;
  return std::chrono::year_month_day(std::chrono::year(*year),
                                     std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day)))
      .ok();
}

bool is_local_time(std::string_view text) {
  if (text.size() != 16 && text.size() != 19) return false;
  if (!is_full_date(text.substr(0, 10)) || text[10] != 'T' || text[13] != ':') return false;
  const auto hour = number(text.substr(11, 2), 2);
  const auto minute = number(text.substr(14, 2), 2);
  if (!hour || !minute || *hour > 23 || *minute > 59) return false;
  if (text.size() == 16) return true;
  const auto second = number(text.substr(17, 2), 2);
  return text[16] == ':' && second && *second <= 59;
}

bool is_event_time(std::string_view text) { return is_date(text) || is_local_time(text); }

bool is_instant(std::string_view text) {
  if (text.size() < 20 || text.size() > 30 || text.back() != 'Z' || !is_local_time(text.substr(0, 19)))
    return false;
  const auto fraction = text.substr(19, text.size() - 20);
  return fraction.empty() || (fraction[0] == '.' && all(fraction.substr(1), is_digit));
}

bool is_period(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto start = text.substr(0, slash);
  const auto end = text.substr(slash + 1);
  if (!is_date(start)) return false;
  if (end.empty() || end == "..") return true;
  return is_date(end) && !ends_before(start, end);
}

bool ends_before(std::string_view start, std::string_view end) {
  const auto first = first_day(start);
  const auto last = last_day(end);
  if (first != last || start.size() < 16 || end.size() < 16) return last < first;
  return to_seconds(end) < to_seconds(start);  // the same day, both with a time
}

bool is_decimal(std::string_view text, unsigned places) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto whole = text.substr(0, text.find('.'));
  if (whole.size() > 15 || !all(whole, is_digit) || (whole.size() > 1 && whole[0] == '0')) return false;
  if (whole.size() == text.size()) return true;
  const auto fraction = text.substr(whole.size() + 1);
  return fraction.size() <= places && all(fraction, is_digit);
}

bool is_nuts(std::string_view text) {
  if (text.size() < 2 || text.size() > 5 || !all(text.substr(0, 2), is_upper)) return false;
  return text.size() == 2 || all(text.substr(2), [](char c) { return is_upper(c) || is_digit(c); });
}

bool is_lau(std::string_view text) {
  return text.size() <= 12 && all(text, [](char c) { return is_alnum(c) || c == '_' || c == '-'; });
}

bool is_slug(std::string_view text) {
  if (!all(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; })) return false;
  return text.front() != '-' && text.back() != '-' && text.find("--") == std::string_view::npos;
}

bool is_timezone(std::string_view text) {
  if (text == "UTC") return true;
  if (text.size() > 40 || text.empty() || !is_upper(text[0]) || text.find('/') == std::string_view::npos)
    return false;
  while (!text.empty()) {
    if (text.back() == '/') return false;
    const auto part = take(text, '/');
    if (!all(part, [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '+'; })) return false;
  }
  return true;
}

bool is_media_type(std::string_view text) {
  const auto slash = text.find('/');
  const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '+' || c == '.'; };
  return slash != std::string_view::npos && text.size() <= 127 && all(text.substr(0, slash), allowed) &&
         all(text.substr(slash + 1), allowed);
}

bool is_doi(std::string_view text) {
  const auto slash = text.find('/');
  if (!text.starts_with("10.") || slash == std::string_view::npos || text.size() > 200) return false;
  const auto registrant = text.substr(3, slash - 3);
  const auto suffix = text.substr(slash + 1);
  return registrant.size() >= 4 && registrant.size() <= 9 && all(registrant, is_digit) &&
         all(suffix, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_isbn(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != '-' && c != ' ') digits += c;
  if (text.size() > 20 || digits.empty()) return false;
  const bool tens_check = digits.size() == 10 && digits.back() == 'X';
  if (!all(std::string_view(digits).substr(0, digits.size() - (tens_check ? 1 : 0)), is_digit)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[i] == 'X' ? 10 : digits[i] - '0';
    sum += digits.size() == 10 ? digit * static_cast<int>(10 - i) : digit * (i % 2 == 0 ? 1 : 3);
  }
  return (digits.size() == 10 && sum % 11 == 0) || (digits.size() == 13 && sum % 10 == 0);
}

bool looks_like_person(std::string_view email) {
  auto local = email.substr(0, email.find('@'));
  if (local.find('.') == std::string_view::npos) return false;
  const auto letters = [](char c) { return is_alpha(c) || c == '-'; };
  const auto is_duty = [](std::string_view part) {
    std::string lower(part);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::find(duty_words.begin(), duty_words.end(), lower) != duty_words.end();
  };
  std::string_view last;
  while (!local.empty()) {
    last = take(local, '.');
    if (!all(last, letters) || is_duty(last)) return false;
  }
  return last.size() >= 2;
}

bool is_free_mail(std::string_view email) {
  const auto domain = email.substr(email.find('@') + 1);
  return std::find(free_mail_domains.begin(), free_mail_domains.end(), domain) != free_mail_domains.end();
}

bool mentions_email(std::string_view prose) {
  for (auto at = prose.find('@'); at != std::string_view::npos; at = prose.find('@', at + 1)) {
    if (at == 0 || !is_email_char(prose[at - 1])) continue;
    auto domain = prose.substr(at + 1);
    const auto end = std::find_if_not(domain.begin(), domain.end(),
                                      [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
    domain = domain.substr(0, static_cast<std::size_t>(end - domain.begin()));
    while (domain.ends_with('.')) domain.remove_suffix(1);
    if (is_host(domain)) return true;
  }
  return false;
}

bool mentions_phone(std::string_view prose) {
  for (auto plus = prose.find('+'); plus != std::string_view::npos; plus = prose.find('+', plus + 1)) {
    std::size_t digits = 0;
    for (const char c : prose.substr(plus + 1)) {
      if (is_digit(c)) {
        ++digits;
      } else if (c != ' ' && c != '-' && c != '(' && c != ')') {
        break;
      }
    }
    if (digits >= 8) return true;
  }
  return false;
}

}  // namespace hansa::protocol::shapes
