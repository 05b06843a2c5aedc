using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Text;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// One client of the admin server.
/// <code>
///  reading head ──▶ writing answer ──▶ reading head …     keep-alive
///      │                   └─────────▶ lingering ─▶ gone   our end is sent; what the client still sends is thrown away,
///      └── deadline, reset, end: gone                      so that no reset overtakes the answer; not without end, though
///  reading head ──▶ writing ◀──▶ streaming ─▶ lingering    a tap: what has come is written, then the next is waited for
///  reading head ──▶ dialling ──▶ writing answer             a probe: the outcome of a connect is waited for
/// </code>
/// </summary>
internal sealed class AdminConnection(int descriptor, IPAddress? caller, AdminEndpoints endpoints, IAdminState state, AdminSettings settings) : IDisposable
{
    private const int KeptBodyBytes = 64 * 1024;

    private const int LingerSeconds = 2;

    // A request's rest or a body that was not wanted; who sends more does not listen.
    private const int MaxThrownAway = 256 * 1024;

    private readonly byte[] _received = new byte[RequestHead.MaxLength];
    private ArrayBufferWriter<byte> _body = new();
    private byte[] _headBytes = [];
    private TapStream? _stream;
    private PortDial? _dial;
    private int _receivedLength;
    private int _sent;
    private int _thrownAway;
    private bool _sendsBody;
    private bool _keepAlive;
    private bool _isFinalReport;
    private State _state = State.Reading;

    private enum State : byte
    {
        Reading,
        Writing,
        Streaming,
        Dialling,
        Lingering,
        Gone,
    }

    /// <summary>The socket.</summary>
    public int Descriptor => descriptor;

    /// <summary>When it is closed unless something is finished before, in <see cref="Stopwatch"/> ticks.</summary>
    public long Deadline { get; private set; } = After(settings.RequestTimeout);

    /// <summary>It waits for what a tap brings, or for a dial: <see cref="Advance"/> is to be called now and then.</summary>
    public bool NeedsLooks => _state is State.Streaming or State.Dialling;

    /// <summary>Bytes of an answer that it holds.</summary>
    public int HeldBytes => _body.Capacity;

    /// <summary>No answer is on its way: closing it loses nothing.</summary>
    public bool IsWaiting => _state is State.Reading or State.Lingering;

    /// <summary>Its time is over. A reader that keeps its end open behind a whole answer has it.</summary>
    public void Expire()
    {
        if (_state == State.Lingering)
        {
            NoteRead();
        }
    }

    /// <summary>Goes on as far as the socket allows; false when the connection is over.</summary>
    public bool Advance()
    {
        while (true)
        {
            bool again = _state switch
            {
                State.Reading => Read(),
                State.Writing => Write(),
                State.Streaming => Stream(),
                State.Dialling => Dial(),
                State.Lingering => ThrowAway(),
                _ => false,
            };
            if (!again)
            {
                return _state != State.Gone;
            }
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        _stream?.Close();
        _dial?.Dispose();
        _ = Libc.Close(descriptor);
    }

    private bool Read()
    {
        nint n = Libc.Receive(descriptor, _received.AsSpan(_receivedLength));
        if (n <= 0)
        {
            return StopReading(n);
        }

        _receivedLength += (int)n;
        RequestHeadStatus status = RequestHead.TryRead(_received.AsSpan(0, _receivedLength), out RequestHead head, out int length);
        if (status == RequestHeadStatus.Incomplete)
        {
            return true;
        }

        _body.Clear();
        if (status == RequestHeadStatus.Complete)
        {
            // Bytes after the head would be a body or a pipelined request; neither is served.
            AdminAnswer answer = endpoints.Answer(head, caller, SocketAddressBytes.OfSocket(descriptor)?.Address, _body);
            Begin(answer, keepAlive: head.KeepAlive && length == _receivedLength, sendsBody: head.Method != "HEAD");
        }
        else
        {
            Begin(AdminEndpoints.Refuse(status, _body), keepAlive: false, sendsBody: true);
        }

        _receivedLength = 0;
        return true;
    }

    private void Begin(AdminAnswer answer, bool keepAlive, bool sendsBody)
    {
        _stream = answer.Stream;
        _dial = answer.Dial;
        _keepAlive = keepAlive && !answer.IsFinalReport && !answer.IsFailed && _stream is null;
        _sendsBody = sendsBody && !answer.IsFailed;
        _isFinalReport = answer.IsFinalReport;
        if (_dial is not null)
        {
            // The dial has a limit of its own.
            _state = State.Dialling;
            Deadline = long.MaxValue;
            return;
        }

        string length = _stream is null ? $"Content-Length: {(answer.IsFailed ? 0 : _body.WrittenCount)}\r\n" : "";
        _headBytes = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {answer.Status} {answer.Reason}\r\nContent-Type: {answer.ContentType}\r\n{length}"
            + $"Cache-Control: no-store\r\n{answer.Fields}Connection: {(_keepAlive ? "keep-alive" : "close")}\r\n\r\n");
        _sent = 0;
        _state = State.Writing;
        Deadline = After(settings.ResponseTimeout);
    }

    private bool Write()
    {
        int total = _headBytes.Length + (_sendsBody ? _body.WrittenCount : 0);
        while (_sent < total)
        {
            ReadOnlySpan<byte> next = _sent < _headBytes.Length ? _headBytes.AsSpan(_sent) : _body.WrittenSpan[(_sent - _headBytes.Length)..];
            nint n = Libc.Send(descriptor, next);
            if (n < 0 && n != -Errno.Interrupted)
            {
                return n != -Errno.Again && End();
            }

            _sent += Math.Max(0, (int)n);
        }

        FinishAnswer();
        return true;
    }

    private void FinishAnswer()
    {
        ForgetBody();
        if (_stream is { IsOver: false })
        {
            _state = State.Streaming;
            Deadline = long.MaxValue;
        }
        else if (_keepAlive)
        {
            _state = State.Reading;
            Deadline = After(settings.RequestTimeout);
        }
        else
        {
            _ = Libc.Shutdown(descriptor, SocketConstants.ShutdownWrite);
            _state = State.Lingering;
            Deadline = After(TimeSpan.FromSeconds(LingerSeconds));
        }
    }

    // A long answer's memory goes with it, however long the client stays.
    private void ForgetBody()
    {
        if (_body.Capacity > KeptBodyBytes)
        {
            _body = new ArrayBufferWriter<byte>();
        }
        else
        {
            _body.ResetWrittenCount();
        }
    }

    private bool Dial()
    {
        if (HasGone())
        {
            return End();
        }

        if (_dial!.Poll() is null)
        {
            return false;
        }

        Begin(AdminEndpoints.Tell(_dial, _body), _keepAlive, _sendsBody);
        return true;
    }

    private bool Stream()
    {
        if (HasGone())
        {
            return End();
        }

        _stream!.Fill(_body);
        if (_body.WrittenCount == 0)
        {
            return false;
        }

        _headBytes = [];
        _sent = 0;
        _sendsBody = true;
        _state = State.Writing;
        Deadline = After(settings.ResponseTimeout);
        return true;
    }

    /// <summary>The client waits no longer; what it sent meanwhile is thrown away.</summary>
    private bool HasGone()
    {
        nint n = Libc.Receive(descriptor, _received);
        return n == 0 || (n < 0 && n != -Errno.Interrupted && n != -Errno.Again);
    }

    private bool ThrowAway()
    {
        nint n = Libc.Receive(descriptor, _received);
        if (n == 0)
        {
            NoteRead();
        }

        _thrownAway += Math.Max(0, (int)n);
        return _thrownAway > MaxThrownAway ? End() : n > 0 || StopReading(n);
    }

    /// <summary>
    /// The reader closed in order, so it took the whole answer: one that gave up before has bytes unread, and its kernel resets instead
    /// (RFC 2525 section 2.17).
    /// </summary>
    private void NoteRead()
    {
        if (_isFinalReport)
        {
            state.FinalReportRead();
        }
    }

    /// <summary>True to call again after a signal; false to wait, or when the connection is over.</summary>
    private bool StopReading(nint result)
    {
        if (result == -Errno.Interrupted)
        {
            return true;
        }

        return result != -Errno.Again && End();
    }

    private bool End()
    {
        _state = State.Gone;
        return false;
    }

    private static long After(TimeSpan span) => Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency);
}
