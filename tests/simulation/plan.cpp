#include "plan.h"

namespace hansa::simulation {

namespace {

std::vector<Plan> charter_plans() {
  Plan charters{.name = "charters",
                .nodes = 7,
                .extra_edges = 4,
                .storm_ms = 90'000,
                .publishes_per_second = 10,
                .cuts_per_million = 500,
                .stalls_per_million = 100,
                .crashes_per_minute = 6,
                .partitions_per_minute = 2,
                .charters_per_minute = 10};
  Plan real_charters = charters;
  real_charters.name = "real-charters";
  real_charters.nodes = 5;
  real_charters.storm_ms = 40'000;
  real_charters.real_store = true;
  return {charters, real_charters};
}

std::vector<Plan> mishap_plans() {
  Plan restores{.name = "restores",
                .nodes = 6,
                .extra_edges = 4,
                .storm_ms = 90'000,
                .publishes_per_second = 8,
                .cuts_per_million = 500,
                .crashes_per_minute = 3,
                .partitions_per_minute = 3,
                .mishaps_per_minute = 20,
                .holds_per_minute = 20};
  Plan stolen = restores;
  stolen.name = "stolen-keys";
  stolen.stolen_keys = true;
  Plan everything = stolen;
  everything.name = "charters-and-mishaps";
  everything.charters_per_minute = 6;
  everything.mishaps_per_minute = 12;
  Plan real = everything;
  real.name = "real-mishaps";
  real.nodes = 4;
  real.real_store = true;
  real.storm_ms = 40'000;
  real.mishaps_per_minute = 30;
  return {restores, stolen, everything, real};
}

/// Large payloads, the smallest credit, and peers that hold everything back now and then.
Plan crowded() {
  return {.name = "crowded",
          .nodes = 5,
          .full_mesh = true,
          .backlog = 120,
          .backlog_nodes = 3,
          .credit_bytes = protocol::receive_credit_bytes_min,
          .crowded = true,
          .content_bytes = 60'000,
          .storm_ms = 60'000,
          .publishes_per_second = 1,
          .cuts_per_million = 20,
          .stalls_per_million = 100};
}

/// What several signers say travels by entries alone.
std::vector<Plan> carried_plans(const Plan& signers) {
  Plan votes = signers;
  votes.name = "votes-and-mishaps";
  votes.partitions_per_minute = 10;
  votes.mishaps_per_minute = 30;
  votes.charters_per_minute = 30;
  votes.visits_per_minute = 90;
  votes.entries_alone = true;
  Plan real_votes = votes;
  real_votes.name = "real-votes";
  real_votes.nodes = 4;
  real_votes.real_store = true;
  real_votes.storm_ms = 45'000;
  real_votes.mishaps_per_minute = 30;
  Plan lagging = signers;
  lagging.name = "lagging-nodes";
  lagging.nodes = 5;
  lagging.full_mesh = true;
  lagging.charters_per_minute = 40;
  lagging.visits_per_minute = 90;
  lagging.entries_alone = true;
  lagging.absences_per_minute = 6;
  lagging.keys_change = true;
  return {votes, real_votes, lagging};
}

/// Several signers, and what goes wrong between them.
std::vector<Plan> council_plans() {
  Plan signers{.name = "signers",
               .nodes = 6,
               .extra_edges = 4,
               .storm_ms = 90'000,
               .publishes_per_second = 6,
               .cuts_per_million = 500,
               .crashes_per_minute = 6,
               .partitions_per_minute = 3,
               .charters_per_minute = 20,
               .signers = 3};
  Plan bad_signers = signers;
  bad_signers.name = "bad-signers";
  bad_signers.bad_signers = 1;
  Plan forgers = signers;
  forgers.name = "forged-charters";
  forgers.intrusions_per_minute = 40;
  forgers.forges = true;
  Plan former = forgers;
  former.name = "former-signers";
  former.rewrites = true;
  former.newcomers = 2;
  former.charters_per_minute = 40;
  former.visits_per_minute = 60;
  Plan twice = signers;
  twice.name = "signed-twice";
  twice.partitions_per_minute = 20;
  twice.partition_ms_max = 60'000;
  twice.charters_per_minute = 40;
  twice.visits_per_minute = 90;
  twice.sign_twice = true;
  Plan revoked = signers;
  revoked.name = "revoked-keys";
  revoked.intrusions_per_minute = 10;
  revoked.thieves = true;
  Plan everything = bad_signers;
  everything.name = "signers-and-mishaps";
  everything.crashes_per_minute = 3;
  everything.mishaps_per_minute = 12;
  everything.stolen_keys = true;
  everything.intrusions_per_minute = 20;
  everything.forges = everything.rewrites = everything.thieves = true;
  everything.newcomers = 1;
  everything.charters_per_minute = 30;
  everything.visits_per_minute = 60;
  Plan real = everything;
  real.name = "real-signers";
  real.nodes = 4;
  real.real_store = true;
  real.storm_ms = 45'000;
  real.mishaps_per_minute = 20;
  std::vector<Plan> plans{signers, bad_signers, forgers, former, twice, revoked, everything, real};
  for (auto& plan : carried_plans(signers)) plans.push_back(std::move(plan));
  return plans;
}

}  // namespace

std::vector<Plan> plans() {
  Plan calm{.name = "calm", .nodes = 5, .extra_edges = 2};
  Plan line{.name = "line", .nodes = 4, .line = true, .cuts_per_million = 500};
  Plan mesh{.name = "mesh", .nodes = 8, .full_mesh = true, .cuts_per_million = 200, .crashes_per_minute = 4};
  Plan storm{.name = "storm",
             .nodes = 6,
             .extra_edges = 4,
             .publishes_per_second = 10,
             .cuts_per_million = 2000,
             .stalls_per_million = 300,
             .crashes_per_minute = 10,
             .partitions_per_minute = 3};
  Plan backlog{.name = "backlog",
               .nodes = 4,
               .extra_edges = 2,
               .backlog = 6000,
               .content_bytes = 1400,
               .storm_ms = 20'000,
               .cuts_per_million = 500,
               .stalls_per_million = 200};
  Plan bad{.name = "bad-author",
           .nodes = 6,
           .extra_edges = 4,
           .publishes_per_second = 10,
           .cuts_per_million = 500,
           .crashes_per_minute = 3,
           .bad_author = 2};
  Plan fifty{.name = "fifty",
             .nodes = 50,
             .extra_edges = 100,
             .storm_ms = 45'000,
             .publishes_per_second = 6,
             .cuts_per_million = 200,
             .stalls_per_million = 50,
             .crashes_per_minute = 12,
             .partitions_per_minute = 2,
             .bad_author = 7};
  Plan real{.name = "real-store",
            .nodes = 5,
            .extra_edges = 3,
            .real_store = true,
            .storm_ms = 30'000,
            .cuts_per_million = 1000,
            .stalls_per_million = 100,
            .crashes_per_minute = 10,
            .partitions_per_minute = 2,
            .bad_author = 3};
  std::vector<Plan> all{calm, line, mesh, storm, backlog, crowded(), bad, fifty, real};
  for (auto& plan : charter_plans()) all.push_back(std::move(plan));
  for (auto& plan : mishap_plans()) all.push_back(std::move(plan));
  for (auto& plan : council_plans()) all.push_back(std::move(plan));
  return all;
}

}  // namespace hansa::simulation
