using System.Net;
using System.Text;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.OperatorApi;

/// <summary>
/// Makes one sentence of an answer that is no success. It may come from the operator (a problem, RFC 9457), from the API server (a Status), or from
/// whatever stands between (text).
/// </summary>
/// <param name="operatorNamespace">Where the operator is looked for.</param>
internal sealed class Refusal(string operatorNamespace)
{
    /// <summary>Role of people who may look.</summary>
    public const string ViewRole = "kafkamesh-view";

    private const string Service = WellKnownNames.OperatorName;
    private const int MaxText = 300;

    /// <summary>What the answer says.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="mediaType">Content type without parameters; may be null.</param>
    /// <param name="body">The body.</param>
    public OperatorApiException Read(HttpStatusCode status, string? mediaType, byte[] body)
    {
        if (mediaType == "application/problem+json" && Parse(body, DashboardJson.Default.ProblemView) is { Detail.Length: > 0 } problem)
            return OfOperator(status, problem.Detail);
        var words = Parse(body, KubernetesJson.Default.V1Status) is { Kind: "Status" } read ? read : null;
        return OfApiServer(status, words?.Details?.Kind, words?.Message ?? Shorten(body));
    }

    /// <summary>What the API server says who is asked for a token of the account that taps.</summary>
    public OperatorApiException OfTokenRequest(HttpStatusCode status, string message) => status switch
    {
        HttpStatusCode.Forbidden => Fail(
            $"Kubernetes does not let you make a token of the ServiceAccount {WellKnownNames.TapAccount}, which this needs ({message}); {Bind(WellKnownNames.TapAccount)}"),
        HttpStatusCode.NotFound => Fail(
            $"there is no ServiceAccount {WellKnownNames.TapAccount} in namespace {operatorNamespace}, which this needs; apply the manifests of this version again"),
        _ => Fail($"no token of the ServiceAccount {WellKnownNames.TapAccount} could be made: {message}"),
    };

    private static OperatorApiException OfOperator(HttpStatusCode status, string detail) => new(
        status switch
        {
            HttpStatusCode.NotFound => OperatorApiException.ExitNotFound,
            HttpStatusCode.BadRequest => WellKnownNames.ExitUsage,
            _ => CommandOutput.ExitUnavailable,
        },
        detail)
    {
        WantsToken = status == HttpStatusCode.Unauthorized,
    };

    private OperatorApiException OfApiServer(HttpStatusCode status, string? kind, string message)
    {
        bool Says(string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);
        return status switch
        {
            HttpStatusCode.Unauthorized => Fail($"the API server does not know who you are: {message}"),
            HttpStatusCode.Forbidden => Fail($"Kubernetes does not let you reach the operator ({message}); {Bind(ViewRole)}"),
            HttpStatusCode.NotFound when kind == "services" || Says("services \"") => Fail(
                $"there is no Service {Service} in namespace {operatorNamespace}: install KafkaMesh, or name the namespace that it is in with --operator-namespace"),
            HttpStatusCode.ServiceUnavailable when Says("no endpoints available") => Fail(
                $"no replica of the operator is ready (Service {operatorNamespace}/{Service}: {message}); kafkamesh check says why"),
            HttpStatusCode.ServiceUnavailable when Says("no service port") => Fail(
                $"the Service {operatorNamespace}/{Service} has no port dashboard: the installation is older than this command; apply the manifests of this version again"),
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway when Says("refused") => Fail(
                $"the operator runs, but its dashboard does not ({message}): it may be switched off (KAFKAMESH_DASHBOARD=false in the Deployment {operatorNamespace}/{Service}), or just starting"),
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => Fail(
                $"the API server does not reach the operator: {message}; kafkamesh check says more"),
            _ => Fail($"the API server answered with {(int)status}{(message.Length == 0 ? "" : $": {message}")}"),
        };
    }

    private string Bind(string role) =>
        $"an administrator allows it with kubectl create rolebinding NAME -n {operatorNamespace} --role={role} --user=YOU";

    private static OperatorApiException Fail(string message) => new(CommandOutput.ExitUnavailable, message);

    private static T? Parse<T>(byte[] body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shorten(byte[] body)
    {
        var line = PlainText.Of(Encoding.UTF8.GetString(body).ReplaceLineEndings(" ").Trim());
        return line.Length <= MaxText ? line : line[..MaxText] + "…";
    }
}
