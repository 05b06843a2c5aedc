using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Leader;
using KafkaMesh.Operator.Dashboard.Taps;

namespace KafkaMesh.Operator.Dashboard;

/// <summary>What the dashboard is made of.</summary>
/// <param name="Options">How it is served.</param>
/// <param name="Monitors">The KafkaMonitors that exist.</param>
/// <param name="Figures">What was collected of them.</param>
/// <param name="Reviews">Asks the API server about tokens and permissions.</param>
/// <param name="Sidecars">Reaches sidecars.</param>
/// <param name="Leader">Passes requests on while another replica leads.</param>
/// <param name="IsLeader">This replica leads.</param>
/// <param name="WhyNotKnown">Why a leader cannot answer yet; null when it can.</param>
/// <param name="Time">The clock.</param>
internal sealed record DashboardParts(
    DashboardOptions Options,
    IEntityStore<JsonObject> Monitors,
    FigureStore Figures,
    AccessReviews Reviews,
    SidecarClient Sidecars,
    LeaderForwarder Leader,
    Func<bool> IsLeader,
    Func<string?> WhyNotKnown,
    TimeProvider Time);
