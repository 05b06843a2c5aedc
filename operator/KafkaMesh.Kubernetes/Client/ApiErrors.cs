using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Makes one readable <see cref="ApiException"/> out of whatever went wrong.</summary>
internal static class ApiErrors
{
    private const int MaxForeignText = 300;

    /// <summary>Reads a refusal, whose body is a Status, plain text, or a proxy's HTML.</summary>
    public static async ValueTask<ApiException> FromResponseAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = ReadStatus(body);
        var words = status?.Message ?? Shorten(Encoding.UTF8.GetString(body));
        var code = (int)response.StatusCode;
        return new ApiException(
            $"{request} was refused with {code}{(words.Length == 0 ? "" : $": {words}")}", response.StatusCode, status, RetryAfterOf(response, status));
    }

    /// <summary>Makes the exception of an ERROR event.</summary>
    public static ApiException FromErrorEvent(ApiRequest request, JsonElement statusElement)
    {
        var status = ReadStatus(Encoding.UTF8.GetBytes(statusElement.GetRawText()));
        return new ApiException(
            $"The watch {request} was ended by the server: {status?.Message ?? "an ERROR event without message"}",
            (HttpStatusCode)(status?.Code ?? (int)HttpStatusCode.InternalServerError),
            status);
    }

    public static bool IsTransportFailure(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or KubeConfigException or JsonException;

    /// <summary>Makes the exception of a request that got no answer, or one that cannot be read.</summary>
    public static ApiException FromFailure(ApiRequest request, Exception exception) => exception switch
    {
        OperationCanceledException => new ApiException(
            $"{request} got no answer within {request.Timeout.TotalSeconds:0.#} s.", default, innerException: exception),
        KubeConfigException => new ApiException($"{request} was not sent: {exception.Message}", default, innerException: exception),
        JsonException => new ApiException($"{request} was answered with what is not the expected JSON: {exception.Message}", HttpStatusCode.OK, innerException: exception),
        _ => new ApiException($"{request} failed: {Reason(exception)}.", default, innerException: exception),
    };

    // The outer message of a refused connection names host and port; of any other failure only the inner one says why.
    private static string Reason(Exception exception) =>
        (exception.InnerException is null or SocketException ? exception : exception.InnerException).Message.TrimEnd('.');

    private static V1Status? ReadStatus(byte[] body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, KubernetesJson.Default.V1Status);
            return status?.Kind == "Status" ? status : null;
        }
        catch (JsonException)
        {
            return null; // plain text, as for an unknown API group
        }
    }

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= MaxForeignText ? line : line[..MaxForeignText] + "…";
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, V1Status? status)
    {
        if (response.Headers.TryGetValues("Retry-After", out var values)
            && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return status?.Details?.RetryAfterSeconds is > 0 and var fromStatus ? TimeSpan.FromSeconds(fromStatus) : null;
    }
}
