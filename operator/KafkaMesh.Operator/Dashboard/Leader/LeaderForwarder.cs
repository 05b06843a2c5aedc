using System.Net;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KafkaMesh.Operator.Dashboard.Leader;

/// <summary>
/// Passes requests of a replica that has no figures on to the leader, and the answer back as it comes, streams too. What was passed on once
/// is not passed on again, so that two replicas that take each other for the leader make no circle.
/// </summary>
/// <param name="leader">Address of the leader's dashboard; null while it is not known.</param>
/// <param name="time">The clock.</param>
internal sealed class LeaderForwarder(Func<IPEndPoint?> leader, TimeProvider time) : IDisposable
{
    /// <summary>Header of requests that were passed on.</summary>
    public const string ForwardedHeader = "X-KafkaMesh-Forwarded";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    private static readonly string[] RequestHeaders = ["Accept", "Authorization", "If-None-Match", WellKnownNames.TokenHeader];
    private static readonly string[] ResponseHeaders = ["Cache-Control", "ETag", "Retry-After", "Vary", "WWW-Authenticate", "X-Accel-Buffering"];

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        MaxResponseHeadersLength = 32,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Passes a request on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="stopping">This replica stops: streams end.</param>
    /// <exception cref="ProblemException">The leader cannot be reached; nothing was answered yet.</exception>
    public async Task ForwardAsync(HttpContext context, CancellationToken stopping)
    {
        if (context.Request.Headers.ContainsKey(ForwardedHeader))
            throw Unreachable("this replica was taken for the leader and is none");
        if (leader() is not { } address)
            throw Unreachable("no replica leads at the moment, or the leader does not say where it is");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var request = Request(context, address);
        using var response = await SendAsync(request, ending.Token);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        if (response.Content.Headers.ContentLength is { } length && response.StatusCode != HttpStatusCode.NotModified)
            context.Response.ContentLength = length;
        foreach (var name in ResponseHeaders)
        {
            if (response.Headers.TryGetValues(name, out var values))
                context.Response.Headers[name] = values.ToArray();
        }
        if (!HttpMethods.IsHead(context.Request.Method))
            await CopyAsync(response, context, ending.Token);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static ProblemException Unreachable(string why, Exception? inner = null) =>
        new(503, $"the leader, which has the figures, cannot be reached: {why}; try again in a moment", inner);

    private static HttpRequestMessage Request(HttpContext context, IPEndPoint address)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
            target = context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri($"http://{address}{target}"));
        foreach (var name in RequestHeaders)
        {
            if (context.Request.Headers.TryGetValue(name, out var values))
                request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        request.Headers.Add(ForwardedHeader, "1");
        request.Headers.Add(RequestOrigin.Header, RequestOrigin.Write(context));
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AnswerTimeout);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable($"it does not answer within {AnswerTimeout.TotalSeconds} s", error);
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error.Message.ReplaceLineEndings(" ").TrimEnd('.'), error);
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, HttpContext context, CancellationToken cancellationToken)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await WithinAsync(EventStream.LongestSilence, token => body.ReadAsync(buffer, token), cancellationToken)) > 0)
            {
                await WithinAsync(EventStream.Patience, async token =>
                {
                    await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), token);
                    return read;
                }, cancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            context.Abort(); // The answer is not whole: its reader must see that.
        }
    }

    // Either end may vanish without a word.
    private async ValueTask<int> WithinAsync(TimeSpan limit, Func<CancellationToken, ValueTask<int>> step, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing moved for {limit.TotalSeconds} s", error);
        }
    }
}
