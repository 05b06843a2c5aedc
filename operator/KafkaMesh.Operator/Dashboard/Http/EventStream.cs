using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>
/// Server-sent events to one reader (HTML standard, section 9.2). Nothing is queued: a write waits for the reader, and one that takes
/// nothing for <see cref="Patience"/> is cut off.
/// </summary>
internal sealed class EventStream
{
    /// <summary>How long a write may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A comment is written after so long without an event.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A reader that hears nothing for so long may take the other end for lost: its node perhaps, since nobody said so. Sidecars write as often. The page
    /// has the same figure in web/src/data/silence.ts.
    /// </summary>
    public static readonly TimeSpan LongestSilence = 3 * Heartbeat;

    private readonly HttpContext _context;
    private readonly TimeProvider _time;

    private EventStream(HttpContext context, TimeProvider time) => (_context, _time) = (context, time);

    /// <summary>Begins the answer.</summary>
    public static async Task<EventStream> StartAsync(HttpContext context, TimeProvider time)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold events back
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // The head goes out now: a reader of a quiet stream must not wait for the first event.
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        return new EventStream(context, time);
    }

    /// <summary>Writes one event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">JSON on one line.</param>
    /// <param name="id">Grows; null for none.</param>
    public Task WriteAsync(string name, ReadOnlyMemory<byte> json, long? id = null)
    {
        var idLine = id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
        return SendAsync([Encoding.UTF8.GetBytes($"event: {name}\n{idLine}data: "), json, "\n\n"u8.ToArray()]);
    }

    /// <summary>Writes several finished events at once.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> events) => SendAsync([events]);

    /// <summary>Shows that both ends live.</summary>
    public Task WriteCommentAsync() => SendAsync([":\n\n"u8.ToArray()]);

    private async Task SendAsync(ReadOnlyMemory<byte>[] parts)
    {
        using var deadline = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _context.RequestAborted);
        try
        {
            foreach (var part in parts)
                await BodyPieces.WriteAsync(_context.Response.Body, part, either.Token);
            await _context.Response.Body.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            _context.Abort();
            throw;
        }
    }
}
