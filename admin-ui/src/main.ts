import { mount } from 'svelte';
import App from './App.svelte';
import './style/base.css';
import './style/layout.css';
import './style/parts.css';
import './style/pages.css';
import './style/form.css';
import './style/nodes.css';
import './style/media.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
