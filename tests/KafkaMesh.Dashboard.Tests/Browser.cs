using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>Debian's Chromium, without a window. Shared by the whole suite.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable))
            throw new InvalidOperationException($"{Executable} is missing: `bash tests/scripts/setup.sh tests/scripts/packages-browser.txt` installs it");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = ["--no-sandbox"] });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a page of the dashboard in a profile of its own.</summary>
    /// <param name="address">Where the dashboard is, with the slash at its end.</param>
    /// <param name="look">Size and colours.</param>
    internal async Task<DashboardPage> OpenAsync(Uri address, Look? look = null)
    {
        look ??= Look.Wide;
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(30_000);
        return new DashboardPage(context, await context.NewPageAsync(), address);
    }
}
