using System.Net;

namespace KafkaMesh.Operator.Dashboard;

/// <summary>How the dashboard is served.</summary>
/// <param name="Namespace">Namespace of the operator.</param>
/// <param name="Port">Its port; 0 takes a free one.</param>
/// <param name="NeedsToken">Looking needs a token too, not only tapping.</param>
/// <param name="PodIP">Address of this pod, by which other replicas reach it; null when it is not known.</param>
internal sealed record DashboardOptions(string Namespace, int Port, bool NeedsToken, IPAddress? PodIP);
