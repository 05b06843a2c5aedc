using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Dashboard.Taps;

/// <summary>A sidecar does not accept the operator's token; asking again would not help.</summary>
internal sealed class SidecarRefusalException(string detail) : ProblemException(502, detail);
